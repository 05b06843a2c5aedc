using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>Reads objects through their schema: which paths a value holds, and the value without some of them.</summary>
internal static class FieldTree
{
    /// <summary>The paths that an applied configuration claims.</summary>
    public static FieldSet Claims(StructuralSchema? schema, JsonNode? value) => value switch
    {
        JsonObject map when !IsAtomic(schema, map) => FieldSet.Of(map.Select(p => ClaimField(schema, p.Key, p.Value))),
        JsonArray list when !IsAtomic(schema, list) => FieldSet.Of(list
            .Select(item => (Step: PathElement.Item(schema!, item), Item: item))
            .Where(p => p.Step is not null)
            .DistinctBy(p => p.Step)
            .Select(p => (p.Step!.Value, true, Claims(schema!.Items, p.Item)))),
        _ => FieldSet.Empty,
    };

    /// <summary>A copy of <paramref name="value"/> without the paths of <paramref name="removed"/>.</summary>
    public static JsonNode? Remove(StructuralSchema? schema, JsonNode? value, FieldSet removed)
    {
        if (removed.IsEmpty)
        {
            return value?.DeepClone();
        }

        switch (value)
        {
            case JsonObject map when !IsAtomic(schema, map):
                var kept = new JsonObject();
                foreach (var (name, child) in map)
                {
                    var step = PathElement.Field(name);
                    if (!removed.Has(step))
                    {
                        kept[name] = Remove(Child(schema, step), child, removed.Below(step));
                    }
                }

                return kept;
            case JsonArray list when !IsAtomic(schema, list):
                var items = new JsonArray();
                foreach (var item in list)
                {
                    if (PathElement.Item(schema!, item) is not { } step)
                    {
                        items.Add(item?.DeepClone());
                    }
                    else if (!removed.Has(step))
                    {
                        items.Add(Remove(schema!.Items, item, removed.Below(step)));
                    }
                }

                return items;
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>Whether the map is owned as a whole; a map of which nothing is known is merged key by key.</summary>
    public static bool IsAtomic(StructuralSchema? schema, JsonObject? map) => map is not null && schema?.MapType == "atomic";

    /// <summary>Whether the list is owned as a whole.</summary>
    public static bool IsAtomic(StructuralSchema? schema, JsonArray? list) => list is not null && (schema is null || schema.ListType == "atomic");

    /// <summary>The schema one step down.</summary>
    public static StructuralSchema? Child(StructuralSchema? schema, PathElement step)
        => step.IsField ? schema?.Field(step.Value) : schema?.Items;

    private static (PathElement Element, bool Member, FieldSet Children) ClaimField(StructuralSchema? schema, string name, JsonNode? value)
    {
        var step = PathElement.Field(name);
        var field = Child(schema, step);
        var isLeaf = value switch
        {
            null => true,
            JsonObject map => map.Count == 0 || IsAtomic(field, map),
            JsonArray list => IsAtomic(field, list),
            _ => true,
        };
        var isDeclared = schema?.Properties.ContainsKey(name) == true;
        return (step, isLeaf || !isDeclared, isLeaf ? FieldSet.Empty : Claims(field, value));
    }
}
