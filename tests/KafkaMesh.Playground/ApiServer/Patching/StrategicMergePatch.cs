using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>
/// Strategic merge patch of built-in kinds: lists of objects join by their merge key; directives <c>$patch</c>, <c>$retainKeys</c>,
/// <c>$setElementOrder/…</c> and <c>$deleteFromPrimitiveList/…</c>.
/// </summary>
internal static class StrategicMergePatch
{
    internal const string Directive = "$patch";
    internal const string RetainKeys = "$retainKeys";
    internal const string ElementOrder = "$setElementOrder/";
    internal const string DeleteFromList = "$deleteFromPrimitiveList/";

    /// <summary>Applies <paramref name="patch"/> to a copy of <paramref name="document"/>.</summary>
    /// <exception cref="ApiException">400 for a malformed directive, 500 for a list item without its merge key.</exception>
    public static JsonObject Apply(JsonObject document, JsonObject patch, StructuralSchema schema)
        => MergeMap((JsonObject)document.DeepClone(), (JsonObject)patch.DeepClone(), schema);

    /// <summary>Merges <paramref name="patch"/> into <paramref name="original"/>; both are consumed.</summary>
    internal static JsonObject MergeMap(JsonObject original, JsonObject patch, StructuralSchema? schema)
    {
        switch (TakeDirective(patch))
        {
            case "replace": return WithoutNulls(patch);
            case "delete": return [];
        }

        ApplyRetainKeys(original, patch);
        DeletePrimitives(original, patch);
        var orders = TakeElementOrders(patch);
        foreach (var (name, value) in patch.ToList())
        {
            patch.Remove(name);
            MergeField(original, name, value, schema?.Field(name), orders);
        }

        foreach (var (name, order) in orders)
        {
            if (original[name] is JsonArray list)
            {
                original[name] = StrategicListMerge.Reorder(Detach(original, name, list), order, list.DeepClone().AsArray(), MergeKey(schema?.Field(name)));
            }
        }

        return original;
    }

    private static void MergeField(JsonObject original, string name, JsonNode? value, StructuralSchema? schema, Dictionary<string, JsonArray> orders)
    {
        if (value is null)
        {
            original.Remove(name);
            return;
        }

        original.TryGetPropertyValue(name, out var current);
        switch (value)
        {
            case JsonObject map when current is JsonObject target && !schema.Replaces():
                original[name] = MergeMap(Detach(original, name, target), map, schema);
                break;
            case JsonObject map:
                original[name] = WithoutNulls(map);
                break;
            case JsonArray list when schema.Merges():
                orders.Remove(name, out var order);
                var live = current is JsonArray items ? Detach(original, name, items) : [];
                original[name] = StrategicListMerge.Merge(live, list, schema!, order);
                break;
            default:
                original[name] = value;
                break;
        }
    }

    /// <summary>Reads and removes <c>$patch</c>.</summary>
    internal static string TakeDirective(JsonObject patch)
    {
        if (!patch.Remove(Directive, out var directive))
        {
            return "";
        }

        var text = directive is JsonValue value && value.TryGetValue<string>(out var word) ? word : GoText.Json(directive);
        return text is "replace" or "delete" or "merge" ? text : throw ApiErrors.BadRequest($"Unknown patch type found: {text}");
    }

    /// <summary>A new value of a patch: nulls and directives inside mean nothing yet and are dropped.</summary>
    internal static JsonObject WithoutNulls(JsonObject patch)
    {
        foreach (var (name, value) in patch.ToList())
        {
            if (value is null || name.StartsWith('$'))
            {
                patch.Remove(name);
            }
            else if (value is JsonObject map)
            {
                patch[name] = WithoutNulls(Detach(patch, name, map));
            }
        }

        return patch;
    }

    private static void ApplyRetainKeys(JsonObject original, JsonObject patch)
    {
        if (!patch.Remove(RetainKeys, out var value))
        {
            return;
        }

        if (value is not JsonArray list)
        {
            throw ApiErrors.BadRequest("$retainKeys list does not contain a list");
        }

        var keys = list.Select(key => key?.ToString() ?? "").ToHashSet(StringComparer.Ordinal);
        if (patch.FirstOrDefault(p => p.Value is not null && !p.Key.StartsWith('$') && !keys.Contains(p.Key)).Key is { })
        {
            throw ApiErrors.BadRequest("$retainKeys directives must match fields present in the patch");
        }

        foreach (var name in original.Select(p => p.Key).Where(name => !keys.Contains(name)).ToList())
        {
            original.Remove(name);
        }
    }

    private static void DeletePrimitives(JsonObject original, JsonObject patch)
    {
        foreach (var (directive, value) in patch.Where(p => p.Key.StartsWith(DeleteFromList, StringComparison.Ordinal)).ToList())
        {
            patch.Remove(directive);
            if (value is not JsonArray doomed)
            {
                throw ApiErrors.BadRequest($"{directive} does not contain a list");
            }

            var name = directive[DeleteFromList.Length..];
            if (original[name] is JsonArray list)
            {
                var kept = list.Where(item => !doomed.Any(gone => JsonNumber.DeepEquals(gone, item))).Select(item => item?.DeepClone());
                original[name] = new JsonArray([.. kept]);
            }
        }
    }

    private static Dictionary<string, JsonArray> TakeElementOrders(JsonObject patch)
    {
        var orders = new Dictionary<string, JsonArray>(StringComparer.Ordinal);
        foreach (var (directive, value) in patch.Where(p => p.Key.StartsWith(ElementOrder, StringComparison.Ordinal)).ToList())
        {
            patch.Remove(directive);
            orders[directive[ElementOrder.Length..]] = value as JsonArray ?? throw ApiErrors.BadRequest($"{directive} does not contain a list");
        }

        return orders;
    }

    private static T Detach<T>(JsonObject parent, string name, T child)
        where T : JsonNode
    {
        parent.Remove(name);
        return child;
    }

    private static string? MergeKey(StructuralSchema? schema) => schema?.PatchMergeKey;

    private static bool Replaces(this StructuralSchema? schema) => schema?.PatchStrategies.Contains("replace") == true;

    private static bool Merges(this StructuralSchema? schema) => schema?.PatchStrategies.Contains("merge") == true;
}
