using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Node;

/// <summary>Reads fields of API objects by path; what is absent, or of another type than the API defines, reads as absent.</summary>
internal static class JsonAccess
{
    /// <summary>The node at a path of object keys, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path) node = (node as JsonObject)?[key];
        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) is not JsonValue value ? null
        : value.TryGetValue<long>(out var whole) ? whole
        : value.TryGetValue<int>(out var small) ? small
        : value.TryGetValue<double>(out var number) ? (long)number : null;

    public static bool? Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The objects of an array; none when it is absent.</summary>
    public static IReadOnlyList<JsonObject> Objects(this JsonNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) is JsonArray array ? [.. array.OfType<JsonObject>()] : [];

    /// <summary>The strings of an array; none when it is absent.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) is JsonArray array ? [.. array.Select(item => item.Text() ?? "")] : [];

    /// <summary>The entries of an object whose values are strings, in order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Entries(this JsonNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) is JsonObject map ? [.. map.Select(e => KeyValuePair.Create(e.Key, e.Value.Text() ?? ""))] : [];

    public static string Name(this JsonNode? node) => Text(node, "metadata", "name") ?? "";

    public static string Namespace(this JsonNode? node) => Text(node, "metadata", "namespace") ?? "";

    public static string Uid(this JsonNode? node) => Text(node, "metadata", "uid") ?? "";

    /// <summary>A time as the API writes it: RFC 3339 in UTC, whole seconds.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
