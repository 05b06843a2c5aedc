using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Patching;

/// <summary>
/// Applies JSON Patches as strictly as the API server does. A patch that fails there answers the user's create with 500,
/// whatever the failure policy says, so every patch is applied here first.
/// </summary>
internal static class JsonPatch
{
    /// <summary>Applies the operations, in order, to the document in place.</summary>
    /// <returns>Null, or what was wrong; the document is then half-changed and useless.</returns>
    public static string? Apply(JsonObject document, IEnumerable<JsonPatchOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (Apply(document, operation.Op, JsonPointer.Split(operation.Path), operation.Value?.DeepClone()) is { } error)
                return error;
        }
        return null;
    }

    /// <summary>Applies one operation to the document in place.</summary>
    /// <param name="document">The document.</param>
    /// <param name="op">What is done.</param>
    /// <param name="path">Where.</param>
    /// <param name="value">The value, without a parent: it becomes part of the document.</param>
    /// <returns>Null, or what was wrong.</returns>
    public static string? Apply(JsonObject document, string op, ReadOnlySpan<string> path, JsonNode? value) =>
        ApplyOne(document, op, path, value) is { } error ? $"{op} {JsonPointer.From(path)}: {error}" : null;

    private static string? ApplyOne(JsonObject document, string op, ReadOnlySpan<string> path, JsonNode? value)
    {
        if (path.Length == 0)
            return "the whole document cannot be changed";

        JsonNode? parent = document;
        foreach (var token in path[..^1])
        {
            parent = JsonPointer.Child(parent, token);
            if (parent is null)
                return $"there is no {token}";
        }
        return parent switch
        {
            JsonObject map => ApplyToObject(map, path[^1], op, value),
            JsonArray list => ApplyToArray(list, path[^1], op, value),
            _ => "the parent is neither object nor array",
        };
    }

    private static string? ApplyToObject(JsonObject map, string name, string op, JsonNode? value)
    {
        var exists = map.ContainsKey(name);
        switch (op)
        {
            case "add":
            case "replace" when exists:
                map[name] = value;
                return null;
            case "remove" when exists:
                map.Remove(name);
                return null;
            case "replace" or "remove":
                return "there is no such property";
            default:
                return "unknown operation";
        }
    }

    private static string? ApplyToArray(JsonArray list, string token, string op, JsonNode? value)
    {
        if (op == "add")
        {
            var at = list.Count;
            if (token != "-" && !JsonPointer.TryIndex(token, list.Count + 1, out at))
                return $"{token} is no index of a list of {list.Count}";
            list.Insert(at, value);
            return null;
        }
        if (!JsonPointer.TryIndex(token, list.Count, out var index))
            return $"{token} is no index of a list of {list.Count}";
        switch (op)
        {
            case "replace":
                list[index] = value;
                return null;
            case "remove":
                list.RemoveAt(index);
                return null;
            default:
                return "unknown operation";
        }
    }
}
