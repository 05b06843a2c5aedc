using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>Joins two lists of a strategic merge patch and puts the result into the order that the API server chooses.</summary>
internal static class StrategicListMerge
{
    /// <summary>Most items of both lists together: joining them costs their product.</summary>
    public const int MaxItems = 4096;

    /// <summary>Merges <paramref name="patch"/> into <paramref name="live"/>; <paramref name="order"/> is the $setElementOrder of the patch, if any.</summary>
    public static JsonArray Merge(JsonArray live, JsonArray patch, StructuralSchema schema, JsonArray? order)
    {
        if (live.Count + patch.Count + (order?.Count ?? 0) > MaxItems)
        {
            throw ApiErrors.BadRequest($"strategic merge patch joins lists of at most {MaxItems} items");
        }

        var liveOrder = (JsonArray)live.DeepClone();
        if (schema.PatchMergeKey is not { } key)
        {
            var union = Union(live, patch);
            return Reorder(union, order ?? patch, liveOrder, null);
        }

        var (kept, items) = ApplyDirectives(live, patch, key);
        var patchOrder = new JsonArray([.. items.Select(item => item.DeepClone())]);
        foreach (var item in items)
        {
            var position = Position(kept, item, key);
            if (position < 0)
            {
                kept.Add(StrategicMergePatch.MergeMap([], item, schema.Items));
                continue;
            }

            var current = (JsonObject)kept[position]!;
            kept[position] = null;
            kept[position] = StrategicMergePatch.MergeMap(current, item, schema.Items);
        }

        return Reorder(kept, order ?? patchOrder, liveOrder, key);
    }

    /// <summary>
    /// Orders <paramref name="items"/>: those named in <paramref name="order"/> follow it, the others keep their place in
    /// <paramref name="liveOrder"/>; where the two do not say, the named ones come first.
    /// </summary>
    public static JsonArray Reorder(JsonArray items, JsonArray order, JsonArray liveOrder, string? key)
    {
        var all = items.ToList();
        items.Clear();
        var named = all.Where(item => Position(order, item, key) >= 0).OrderBy(item => Position(order, item, key)).ToList();
        var others = all.Where(item => Position(order, item, key) < 0).OrderBy(item => Position(liveOrder, item, key)).ToList();
        var result = new JsonArray();
        int i = 0, j = 0;
        while (i < others.Count || j < named.Count)
        {
            var takeOther = j >= named.Count || (i < others.Count && IsBefore(liveOrder, others[i], named[j], key));
            result.Add(takeOther ? others[i++] : named[j++]);
        }

        return result;
    }

    private static (JsonArray Kept, List<JsonObject> Items) ApplyDirectives(JsonArray live, JsonArray patch, string key)
    {
        var items = new List<JsonObject>();
        var replace = false;
        foreach (var node in patch.ToList())
        {
            if (node is not JsonObject item)
            {
                throw ApiErrors.BadRequest("Invalid JSON document: a list of objects holds something else");
            }

            switch (item.ContainsKey(StrategicMergePatch.Directive) ? StrategicMergePatch.TakeDirective(item) : "merge")
            {
                case "replace":
                    replace = true;
                    break;
                case "delete":
                    RequireKey(item, key);
                    RemoveAll(live, item, key);
                    break;
                default:
                    RequireKey(item, key);
                    items.Add(item);
                    break;
            }
        }

        patch.Clear();
        if (replace)
        {
            live.Clear();
        }

        return (live, items);
    }

    private static void RequireKey(JsonObject item, string key)
    {
        if (!item.ContainsKey(key))
        {
            throw ApiErrors.Internal($"map: {GoText.Json(item)} does not contain declared merge key: {key}");
        }
    }

    private static void RemoveAll(JsonArray live, JsonObject item, string key)
    {
        for (var position = Position(live, item, key); position >= 0; position = Position(live, item, key))
        {
            live.RemoveAt(position);
        }
    }

    private static JsonArray Union(JsonArray live, JsonArray patch)
    {
        foreach (var item in patch.ToList())
        {
            if (Position(live, item, null) < 0)
            {
                live.Add(item?.DeepClone());
            }
        }

        return live;
    }

    private static bool IsBefore(JsonArray liveOrder, JsonNode? left, JsonNode? right, string? key)
    {
        var leftAt = Position(liveOrder, left, key);
        var rightAt = Position(liveOrder, right, key);
        return leftAt >= 0 && rightAt >= 0 && leftAt < rightAt;
    }

    private static int Position(JsonArray list, JsonNode? item, string? key)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (key is null
                ? JsonNumber.DeepEquals(list[i], item)
                : list[i] is JsonObject a && item is JsonObject b && JsonNumber.DeepEquals(a[key], b[key]))
            {
                return i;
            }
        }

        return -1;
    }
}
