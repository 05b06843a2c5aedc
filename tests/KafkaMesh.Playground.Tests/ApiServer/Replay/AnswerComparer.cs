using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Compares an answer of ours with a recorded one, value by value; placeholders fit what they stand for.</summary>
internal sealed class AnswerComparer(Placeholders placeholders)
{
    // Documentation texts are our own, and descriptions of columns are documentation.
    private static readonly string[] IgnoredFields = ["description", "storageVersionHash"];

    /// <summary>The differences below a path, as "path: recorded … ours …"; none when the answers are equal.</summary>
    public IReadOnlyList<string> Compare(string path, JsonNode? recorded, JsonNode? actual)
    {
        var differences = new List<string>();
        Compare(path, recorded, actual, differences);
        return differences;
    }

    private void Compare(string path, JsonNode? recorded, JsonNode? actual, List<string> differences)
    {
        switch (recorded)
        {
            case JsonObject expected when actual is JsonObject given:
                CompareObjects(path, expected, given, differences);
                break;
            case JsonArray expected when actual is JsonArray given && expected.Count == given.Count:
                for (var i = 0; i < expected.Count; i++)
                {
                    Compare($"{path}[{i}]", expected[i], given[i], differences);
                }

                break;
            case JsonValue expected when actual is JsonValue given && SameValue(path, expected, given):
            case null when actual is null:
                break;
            default:
                differences.Add($"{path}: recorded {Show(recorded)} ours {Show(actual)}");
                break;
        }
    }

    private void CompareObjects(string path, JsonObject recorded, JsonObject actual, List<string> differences)
    {
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in recorded.Where(p => !IgnoredFields.Contains(p.Key)))
        {
            // The keys of managedFields hold uids.
            var ours = placeholders.Fill(key);
            shown.Add(ours);
            if (!actual.TryGetPropertyValue(ours, out var given))
            {
                differences.Add($"{path}.{key}: recorded {Show(value)} ours nothing");
                continue;
            }

            if (key == "name" && recorded["generateName"]?.ToString() is { } prefix && placeholders.MatchesGenerated(prefix, value!.ToString(), given!.ToString()))
            {
                continue;
            }

            Compare($"{path}.{key}", InOrder(key, value), InOrder(key, given), differences);
        }

        differences.AddRange(actual.Where(p => !shown.Contains(p.Key) && !IgnoredFields.Contains(p.Key)).Select(p => $"{path}.{p.Key}: recorded nothing ours {Show(p.Value)}"));
    }

    // Entries of managedFields stand in the order of their times, and those of one second in that of their managers: a replay is faster than the recorder was.
    private static JsonNode? InOrder(string key, JsonNode? value) => key == "managedFields" && value is JsonArray entries
        ? new JsonArray([.. entries.Select(e => e!.DeepClone()).OrderBy(e => $"{e["operation"]} {e["manager"]} {e["subresource"]}", StringComparer.Ordinal)])
        : value;

    private bool SameValue(string path, JsonValue recorded, JsonValue actual)
    {
        if (path.Contains(".spec.clusterIP", StringComparison.Ordinal) && recorded.ToString() != "None")
        {
            return placeholders.MatchesAddress(recorded.ToString(), actual.ToString());
        }

        if (recorded.GetValueKind() == JsonValueKind.String && actual.GetValueKind() == JsonValueKind.String)
        {
            var text = recorded.GetValue<string>();
            return text.StartsWith("<continue", StringComparison.Ordinal) ? actual.GetValue<string>().Length > 0 : placeholders.Matches(text, actual.GetValue<string>());
        }

        return JsonNode.DeepEquals(recorded, actual);
    }

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length > 300 ? text[..300] + "…" : text;
    }
}
