using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A watch whose events come from later requests of its transcript: it is read beside them until it has shown as many events as the recorded one.</summary>
internal sealed class OpenWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpResponseMessage _response;
    private readonly Task<List<JsonNode?>> _reading;

    /// <summary>Begins to read the events of an answer.</summary>
    public OpenWatch(TranscriptStep step, HttpResponseMessage response, CancellationToken cancel)
    {
        Step = step;
        _response = response;
        _reading = ReadAsync(response, Recorded.Count, cancel);
    }

    /// <summary>The recorded request.</summary>
    public TranscriptStep Step { get; }

    /// <summary>The recorded events.</summary>
    public JsonArray Recorded => (JsonArray)Step.Response["events"]!;

    /// <summary>Whether the recorded watch outlived the request after it: it had no timeout or one of minutes.</summary>
    public static bool IsFor(TranscriptStep step) =>
        step.Response["events"] is JsonArray && Timeout(step.Url) is null or > 60;

    /// <summary>Our events, as many as were recorded; fewer when they did not come.</summary>
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

    private static int? Timeout(string url) =>
        System.Web.HttpUtility.ParseQueryString(url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..])["timeoutSeconds"] is { } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private static async Task<List<JsonNode?>> ReadAsync(HttpResponseMessage response, int count, CancellationToken cancel)
    {
        var events = new List<JsonNode?>();
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
            while (events.Count < count && await reader.ReadLineAsync(cancel) is { } line)
            {
                events.Add(JsonNode.Parse(line));
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
