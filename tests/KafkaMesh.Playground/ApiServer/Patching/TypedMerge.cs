using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>Merges an applied configuration over a live object by the list and map types of the schema.</summary>
internal static class TypedMerge
{
    /// <summary>The merged object; neither argument changes.</summary>
    public static JsonNode? Merge(StructuralSchema? schema, JsonNode? live, JsonNode? applied) => (live, applied) switch
    {
        (JsonObject left, JsonObject right) when !FieldTree.IsAtomic(schema, right) => Maps(schema, left, right),
        (JsonArray left, JsonArray right) when !FieldTree.IsAtomic(schema, right) => Lists(schema!, left, right),
        _ => applied?.DeepClone(),
    };

    private static JsonObject Maps(StructuralSchema? schema, JsonObject live, JsonObject applied)
    {
        var result = (JsonObject)live.DeepClone();
        foreach (var (name, value) in applied)
        {
            result[name] = live.ContainsKey(name) ? Merge(schema?.Field(name), live[name], value) : value?.DeepClone();
        }

        return result;
    }

    // Items keep the order of the configuration; items that only live has stay where they were relative to the shared ones.
    private static JsonArray Lists(StructuralSchema schema, JsonArray live, JsonArray applied)
    {
        var left = live.Select(item => (Step: PathElement.Item(schema, item), Item: item)).ToList();
        var right = applied.Select(item => (Step: PathElement.Item(schema, item), Item: item)).ToList();
        var byStep = left.Where(p => p.Step is not null).DistinctBy(p => p.Step).ToDictionary(p => p.Step!.Value, p => p.Item);
        var shared = right.Where(p => p.Step is not null).Select(p => p.Step!.Value).ToHashSet();
        var done = new HashSet<PathElement>();
        var result = new JsonArray();
        int i = 0, j = 0;
        while (i < left.Count || j < right.Count)
        {
            if (i < left.Count && (left[i].Step is not { } step || !shared.Contains(step)))
            {
                result.Add(left[i++].Item?.DeepClone());
            }
            else if (i < left.Count && done.Contains(left[i].Step!.Value))
            {
                i++;
            }
            else if (j < right.Count)
            {
                var (key, item) = right[j++];
                var isFirst = key is null || done.Add(key.Value);
                if (isFirst)
                {
                    result.Add(key is not null && byStep.TryGetValue(key.Value, out var current) ? Merge(schema.Items, current, item) : item?.DeepClone());
                }
            }
            else
            {
                i++;
            }
        }

        return result;
    }
}
