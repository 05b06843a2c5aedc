using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Reads fields of raw objects without ever throwing on a wrong type.</summary>
internal static class JsonRead
{
    /// <summary>The child object, or null.</summary>
    public static JsonObject? Map(this JsonObject? obj, string name) => obj?[name] as JsonObject;

    /// <summary>The child object; made and attached when absent.</summary>
    public static JsonObject MapOrNew(this JsonObject obj, string name)
    {
        if (obj[name] is not JsonObject child)
        {
            child = [];
            obj[name] = child;
        }

        return child;
    }

    /// <summary>The objects of a list; empty when there is none.</summary>
    public static IEnumerable<JsonObject> Items(this JsonObject? obj, string name) => (obj?[name] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The texts of a list; empty when there is none.</summary>
    public static IReadOnlyList<string> Texts(this JsonObject? obj, string name)
        => [.. (obj?[name] as JsonArray ?? []).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())];

    /// <summary>The text, or the empty text.</summary>
    public static string Text(this JsonObject? obj, string name)
        => obj?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    /// <summary>The whole number, or null.</summary>
    public static long? Integer(this JsonObject? obj, string name) => JsonNumber.ReadInteger(obj?[name]);

    /// <summary>The flag, or null.</summary>
    public static bool? Flag(this JsonObject? obj, string name) => obj?[name]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Sets the field when it is absent or null.</summary>
    public static void Default(this JsonObject obj, string name, JsonNode value)
    {
        if (obj[name] is null)
        {
            obj[name] = value;
        }
    }
}
