using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>Finds which items of a list became which of another: by name, as Kubernetes' lists have them, else by content.</summary>
internal static class ListAlignment
{
    private const int MaxCells = 4_000_000;

    /// <summary>Pairs of old and new index that stay in order; an index of -1: added, or removed. Null when the lists are too long to compare.</summary>
    public static List<(int Old, int New)>? Of(JsonArray before, JsonArray after)
    {
        if (before.Count == after.Count && before.Zip(after).All(p => NameOf(p.First) == NameOf(p.Second)))
            return [.. Enumerable.Range(0, before.Count).Select(i => (i, i))];
        var left = before.Select(Identity).ToArray();
        var right = after.Select(Identity).ToArray();
        if ((long)(left.Length + 1) * (right.Length + 1) > MaxCells)
            return null;

        // Longest common subsequence, from the end.
        var common = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var pairs = new List<(int, int)>();
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
                pairs.Add((i++, j++));
            else if (j < right.Length && (i == left.Length || common[i, j + 1] >= common[i + 1, j]))
                pairs.Add((-1, j++));
            else
                pairs.Add((i++, -1));
        }
        return pairs;
    }

    private static string Identity(JsonNode? item) => NameOf(item) ?? item?.ToJsonString() ?? "null";

    // Containers and volumes have a name, objects in a List a kind and metadata.
    private static string? NameOf(JsonNode? item) => item is not JsonObject map
        ? null
        : map["name"] is JsonValue name ? "name:" + name.ToJsonString()
        : map["metadata"] is JsonObject metadata ? $"object:{map["kind"]}/{metadata["namespace"]}/{metadata["name"]}"
        : null;
}
