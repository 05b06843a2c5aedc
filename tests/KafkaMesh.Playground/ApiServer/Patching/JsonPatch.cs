using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>RFC 6902 with the habits of the API server: replacing a missing key adds it, negative indexes count from the end.</summary>
internal sealed class JsonPatch
{
    /// <summary>Most operations of one patch (Kubernetes' limit).</summary>
    public const int MaxOperations = 10000;

    private readonly JsonObject _document;
    private long _copied;

    private JsonPatch(JsonObject document) => _document = document;

    /// <summary>Applies the operations to a copy of <paramref name="document"/>.</summary>
    /// <exception cref="JsonPatchException">An operation cannot be applied.</exception>
    public static JsonObject Apply(JsonObject document, JsonArray operations)
    {
        if (operations.Count > MaxOperations)
        {
            throw new JsonPatchException($"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }

        var patch = new JsonPatch((JsonObject)document.DeepClone());
        foreach (var operation in operations)
        {
            patch.Run(operation as JsonObject ?? throw new JsonPatchException("Unexpected kind: unknown"));
        }

        return patch._document;
    }

    private void Run(JsonObject operation)
    {
        var kind = Text(operation, "op") ?? "unknown";
        var path = Text(operation, "path");
        switch (kind)
        {
            case "add": Add("add", Path(path), Value(operation)); break;
            case "replace": Replace(Path(path), Value(operation)); break;
            case "remove": Remove("remove", Path(path)); break;
            case "test": Test(Path(path), Value(operation)); break;
            case "move": Move(Path(Text(operation, "from")), Path(path)); break;
            case "copy": Copy(Path(Text(operation, "from")), Path(path)); break;
            default: throw new JsonPatchException($"Unexpected kind: {kind}");
        }
    }

    private void Add(string operation, string path, JsonNode? value)
    {
        var (container, key) = Find(path) ?? throw Missing($"{operation} operation does not apply: doc is missing path: {GoText.Quote(path)}");
        if (container is JsonObject map)
        {
            map[key] = value;
            return;
        }

        var list = (JsonArray)container;
        if (key == "-")
        {
            list.Add(value);
            return;
        }

        var index = Index(key, list.Count + 1) ?? throw BadIndex($"error in {operation} for path: '{path}'", key);
        list.Insert(index, value);
    }

    private void Replace(string path, JsonNode? value)
    {
        var (container, key) = Find(path) ?? throw Missing($"replace operation does not apply: doc is missing path: {path}");
        if (container is JsonObject map)
        {
            map[key] = value;
            return;
        }

        var list = (JsonArray)container;
        var index = Index(key, list.Count) ?? throw Missing($"replace operation does not apply: doc is missing key: {path}");
        list[index] = value;
    }

    private JsonNode? Remove(string operation, string path)
    {
        var (container, key) = Find(path) ?? throw Missing($"{operation} operation does not apply: doc is missing path: {GoText.Quote(path)}");
        if (container is JsonObject map)
        {
            return map.Remove(key, out var removed)
                ? removed
                : throw Missing($"error in {operation} for path: '{path}': Unable to remove nonexistent key: {key}");
        }

        var list = (JsonArray)container;
        var index = Index(key, list.Count) ?? throw BadIndex($"error in {operation} for path: '{path}'", key);
        var item = list[index];
        list.RemoveAt(index);
        return item;
    }

    private void Test(string path, JsonNode? expected)
    {
        if (Find(path) is not { } target)
        {
            throw Missing($"test operation does not apply: is missing path: {path}");
        }

        if (!TryGet(target, out var actual) || !JsonNumber.DeepEquals(actual, expected))
        {
            throw new JsonPatchException($"testing value {path} failed: test failed");
        }
    }

    private void Move(string from, string path)
    {
        if (path == from)
        {
            return;
        }

        if (path.StartsWith(from + "/", StringComparison.Ordinal))
        {
            throw new JsonPatchException($"error in move for path: '{path}': a value cannot be moved into itself");
        }

        var value = Remove("move", from);
        if (JsonBounds.Measure(value) is null)
        {
            throw TooDeep(path);
        }

        Add("move", path, value);
    }

    private void Copy(string from, string path)
    {
        if (Find(from) is not { } source || !TryGet(source, out var value))
        {
            throw Missing($"copy operation does not apply: doc is missing from path: {from}");
        }

        _copied += JsonBounds.Measure(value) ?? throw TooDeep(path);
        if (_copied > JsonBounds.MaxCopiedBytes)
        {
            throw new JsonPatchException(
                $"Unable to complete the copy, the accumulated size increase of copy is {_copied}, exceeding the limit {JsonBounds.MaxCopiedBytes}");
        }

        Add("copy", path, value?.DeepClone());
    }

    private (JsonNode Container, string Key)? Find(string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 2 || parts[0].Length > 0)
        {
            return null;
        }

        if (parts.Length > JsonBounds.MaxDepth)
        {
            throw TooDeep("");
        }

        JsonNode? node = _document;
        for (var i = 1; i < parts.Length - 1 && node is not null; i++)
        {
            node = TryGet((node, Unescape(parts[i])), out var child) ? child : null;
        }

        return node is JsonObject or JsonArray ? (node, Unescape(parts[^1])) : null;
    }

    private static bool TryGet((JsonNode Container, string Key) target, out JsonNode? value)
    {
        value = null;
        switch (target.Container)
        {
            case JsonObject map:
                return map.TryGetPropertyValue(target.Key, out value);
            case JsonArray list when Index(target.Key, list.Count) is { } index:
                value = list[index];
                return true;
            default:
                return false;
        }
    }

    private static int? Index(string key, int count)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? index : null;
    }

    private static JsonNode? Value(JsonObject operation)
    {
        if (JsonBounds.Measure(operation["value"]) is null)
        {
            throw TooDeep(Text(operation, "path") ?? "");
        }

        return operation["value"]?.DeepClone();
    }

    private static string Path(string? path) => path ?? throw Missing("operation is missing its path");

    private static string Unescape(string part)
        => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string? Text(JsonObject operation, string key)
        => operation[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static JsonPatchException Missing(string text) => new($"{text}: missing value");

    private static JsonPatchException BadIndex(string text, string key)
        => new($"{text}: Unable to access invalid index: {key}: invalid index referenced");

    private static JsonPatchException TooDeep(string path)
        => new($"error for path: '{path}': values and paths deeper than {JsonBounds.MaxDepth} levels are refused");
}
