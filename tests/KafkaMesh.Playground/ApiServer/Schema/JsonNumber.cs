using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Reads and compares JSON numbers however they came into being (parsed text, int, long or double).</summary>
internal static class JsonNumber
{
    /// <summary>The number as a double; null when the node is no number.</summary>
    public static double? Read(JsonNode? node)
        => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The number as a long; null when the node is no whole number in its range.</summary>
    public static long? ReadInteger(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
        {
            return null;
        }

        var text = value.ToJsonString();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 9e15 && Math.Floor(number) == number
            ? (long)number
            : null;
    }

    /// <summary>Whether two JSON values are equal; 1 equals 1.0, the order of object keys does not matter.</summary>
    public static bool DeepEquals(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(p => b.TryGetPropertyValue(p.Key, out var other) && DeepEquals(p.Value, other)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => DeepEquals(pair.First, pair.Second)),
        (JsonValue a, JsonValue b) => ScalarEquals(a, b),
        _ => false,
    };

    private static bool ScalarEquals(JsonValue left, JsonValue right)
    {
        var kind = left.GetValueKind();
        if (kind != right.GetValueKind())
        {
            return false;
        }

        return kind switch
        {
            JsonValueKind.Number => left.ToJsonString() == right.ToJsonString() || Read(left) == Read(right),
            JsonValueKind.String => left.GetValue<string>() == right.GetValue<string>(),
            _ => true,
        };
    }
}
