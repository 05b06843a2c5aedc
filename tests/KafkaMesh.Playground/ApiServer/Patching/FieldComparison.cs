using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>What differs between two objects, as paths.</summary>
/// <param name="Changed">Added or modified paths.</param>
/// <param name="Removed">Paths that only the old object has.</param>
internal sealed record FieldComparison(FieldSet Changed, FieldSet Removed)
{
    private static readonly FieldComparison Same = new(FieldSet.Empty, FieldSet.Empty);

    /// <summary>Compares two objects of one schema.</summary>
    public static FieldComparison Compare(StructuralSchema? schema, JsonObject old, JsonObject current)
        => Node(schema, old, current, hasOld: true, hasCurrent: true, out _, out _);

    private static FieldComparison Node(
        StructuralSchema? schema, JsonNode? old, JsonNode? current, bool hasOld, bool hasCurrent, out bool changed, out bool removed)
    {
        changed = hasCurrent && !hasOld;
        removed = hasOld && !hasCurrent;
        if (IsBranch(schema, old, current))
        {
            return old is JsonArray || current is JsonArray
                ? Lists(schema!, old as JsonArray, current as JsonArray)
                : Maps(schema, old as JsonObject, current as JsonObject);
        }

        changed |= hasOld && hasCurrent && !JsonNumber.DeepEquals(old, current);
        if (IsContainer(schema, old) && !IsContainer(schema, current) && current is not null)
        {
            return Node(schema, old, null, hasOld: true, hasCurrent: false, out _, out _);
        }

        return Same;
    }

    // Two empty or absent containers count as a leaf, which keeps the difference between empty and absent.
    private static bool IsBranch(StructuralSchema? schema, JsonNode? old, JsonNode? current)
    {
        var mixed = (old is JsonObject && current is JsonArray) || (old is JsonArray && current is JsonObject)
            || (old is JsonValue && current is not null) || (current is JsonValue && old is not null);
        return !mixed && (IsContainer(schema, old) || IsContainer(schema, current)) && Count(old) + Count(current) > 0;
    }

    private static bool IsContainer(StructuralSchema? schema, JsonNode? node) => node switch
    {
        JsonObject map => !FieldTree.IsAtomic(schema, map),
        JsonArray list => !FieldTree.IsAtomic(schema, list),
        _ => false,
    };

    private static int Count(JsonNode? node) => node switch { JsonObject map => map.Count, JsonArray list => list.Count, _ => 0 };

    private static FieldComparison Maps(StructuralSchema? schema, JsonObject? old, JsonObject? current)
    {
        var names = (old ?? []).Select(p => p.Key).Union((current ?? []).Select(p => p.Key));
        return Combine(names.Select(name =>
        {
            JsonNode? before = null, after = null;
            var hasOld = old?.TryGetPropertyValue(name, out before) == true;
            var hasCurrent = current?.TryGetPropertyValue(name, out after) == true;
            var step = PathElement.Field(name);
            return (step, Node(FieldTree.Child(schema, step), before, after, hasOld, hasCurrent, out var changed, out var removed), changed, removed);
        }));
    }

    private static FieldComparison Lists(StructuralSchema schema, JsonArray? old, JsonArray? current)
    {
        var before = Index(schema, old);
        var after = Index(schema, current);
        return Combine(before.Keys.Union(after.Keys).Select(step =>
        {
            var hasOld = before.TryGetValue(step, out var left);
            var hasCurrent = after.TryGetValue(step, out var right);
            return (step, Node(schema.Items, left, right, hasOld, hasCurrent, out var changed, out var removed), changed, removed);
        }));
    }

    private static Dictionary<PathElement, JsonNode?> Index(StructuralSchema schema, JsonArray? list)
    {
        var index = new Dictionary<PathElement, JsonNode?>();
        foreach (var item in list ?? [])
        {
            if (PathElement.Item(schema, item) is { } step)
            {
                index.TryAdd(step, item);
            }
        }

        return index;
    }

    private static FieldComparison Combine(IEnumerable<(PathElement Step, FieldComparison Below, bool Changed, bool Removed)> parts)
    {
        var all = parts.ToList();
        return new FieldComparison(
            FieldSet.Of(all.Select(p => (p.Step, p.Changed, p.Below.Changed))),
            FieldSet.Of(all.Select(p => (p.Step, p.Removed, p.Below.Removed))));
    }
}
