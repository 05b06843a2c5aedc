using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A watch that is read beside the requests that come after it, until it has shown as many events as the recorded one or has ended.</summary>
internal sealed class OpenWatch : IDisposable
{
    private const int Minute = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpResponseMessage _response;
    private readonly Task<List<JsonNode?>> _reading;

    /// <summary>Begins to read the events of an answer.</summary>
    public OpenWatch(TranscriptStep step, HttpResponseMessage response, CancellationToken cancel)
    {
        Step = step;
        _response = response;
        Recorded = [.. ((JsonArray)step.Response["events"]!).Where(e => IsCompared(e!))];
        _reading = ReadAsync(response, cancel);
    }

    /// <summary>The recorded request.</summary>
    public TranscriptStep Step { get; }

    /// <summary>The answer.</summary>
    public HttpResponseMessage Response => _response;

    /// <summary>The recorded events.</summary>
    public IReadOnlyList<JsonNode?> Recorded { get; }

    /// <summary>After how many seconds the watch ends by itself before the next request; null for one that outlives it.</summary>
    public int? EndsAfter => Step.Parameter("timeoutSeconds") is { } text && int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is var seconds and <= 2 * Minute ? seconds : null;

    /// <summary>Whether the answer has ended, or has shown what was recorded.</summary>
    public bool IsComplete => _reading.IsCompleted;

    /// <summary>Our events, as many as were recorded, or all until the end; fewer when they did not come.</summary>
    public async Task<IReadOnlyList<JsonNode?>> EventsAsync()
    {
        try
        {
            return await _reading.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _response.Dispose();
            return await _reading;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _response.Dispose();

    // When a bookmark comes in a watch without an end depends on the time that the client let pass; a watch with an end has a clock.
    private bool IsCompared(JsonNode e) => EndsAfter is not null || e["type"]?.ToString() != "BOOKMARK" || (e["object"]?["metadata"] as JsonObject)?.ContainsKey("annotations") == true;

    private async Task<List<JsonNode?>> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var events = new List<JsonNode?>();
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
            while ((EndsAfter is not null || events.Count < Recorded.Count) && await reader.ReadLineAsync(cancel) is { } line)
            {
                if (JsonNode.Parse(line) is { } next && IsCompared(next))
                {
                    events.Add(next);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or HttpRequestException)
        {
            // The watch was closed because what it waited for did not come: the comparison says what is missing.
            return events;
        }

        return events;
    }
}
