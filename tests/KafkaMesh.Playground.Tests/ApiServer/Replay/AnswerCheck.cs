using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Holds a whole answer against the recorded one: status, headers, warnings, body or events.</summary>
internal sealed class AnswerCheck(Placeholders placeholders)
{
    private static readonly string[] ComparedHeaders = ["Content-Type", "Cache-Control", "X-Content-Type-Options", "Retry-After"];

    /// <summary>The differences of an answer that ended.</summary>
    public IReadOnlyList<string> Compare(TranscriptStep step, HttpResponseMessage response, string text)
    {
        // The recorder left If-Modified-Since out: without it the whole document is the right answer.
        var isUnconditional = step.Status == 304 && step.Request["headers"]?["If-None-Match"] is null;
        if ((int)response.StatusCode != (isUnconditional ? 200 : step.Status))
        {
            return [$"status: recorded {step.Status} ours {(int)response.StatusCode}: {text[..Math.Min(text.Length, 300)].Trim()}"];
        }

        return isUnconditional ? [] : [.. CompareBody(step, text), .. CompareHeaders(step, response)];
    }

    /// <summary>The differences between the events of a watch.</summary>
    public IReadOnlyList<string> CompareEvents(IReadOnlyList<JsonNode?> recorded, IReadOnlyList<JsonNode?> events) => recorded.Count == events.Count
        ? [.. recorded.SelectMany((e, i) => new AnswerComparer(placeholders).Compare($"events[{i}]", e, events[i]))]
        : [$"events: recorded {recorded.Count} ours {events.Count}: {string.Join(' ', events.Select(e => e?["type"]))}"];

    /// <summary>The differences between the headers that matter.</summary>
    public static IEnumerable<string> CompareHeaders(TranscriptStep step, HttpResponseMessage response)
    {
        foreach (var name in ComparedHeaders)
        {
            var (recorded, actual) = (step.Response["headers"]?[name]?.ToString(), HeaderOf(response, name));
            if (step.IsTerse && recorded is null)
            {
                continue;
            }

            if (recorded?.Replace("; ", ";", StringComparison.Ordinal) != actual?.Replace("; ", ";", StringComparison.Ordinal))
            {
                yield return $"header {name}: recorded {recorded ?? "nothing"} ours {actual ?? "nothing"}";
            }
        }

        foreach (var difference in CompareWarnings(step, response))
        {
            yield return difference;
        }
    }

    private IReadOnlyList<string> CompareBody(TranscriptStep step, string text)
    {
        var recorded = step.Response["body"];
        if (step.IsBodyLeftOut || (recorded is JsonObject document && (document.ContainsKey("omitted") || document.ContainsKey("text"))))
        {
            return text.Length > 0 || recorded?["bytes"]?.GetValue<int>() == 0 ? [] : ["text: an empty body where the recorder had one"];
        }

        if (recorded is null or JsonValue)
        {
            var expected = recorded?.GetValue<string>() ?? "";
            return placeholders.Matches(expected, text) ? [] : [$"text: recorded {expected} ours {text}"];
        }

        if (!text.EndsWith('\n'))
        {
            return ["text: the JSON answer does not end with a line break"];
        }

        return new AnswerComparer(placeholders).Compare("$", recorded, JsonNode.Parse(text));
    }

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    private static IEnumerable<string> CompareWarnings(TranscriptStep step, HttpResponseMessage response)
    {
        var recorded = step.Response["headers"]?["Warning"] switch
        {
            JsonArray many => many.Select(w => w!.GetValue<string>()).ToList(),
            JsonValue one => [one.GetValue<string>()],
            _ => [],
        };
        var actual = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return recorded.SequenceEqual(actual) ? [] : [$"warnings: recorded {JsonSerializer.Serialize(recorded)} ours {JsonSerializer.Serialize(actual)}"];
    }
}
