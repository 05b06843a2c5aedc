using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>One step of a path in FieldsV1, held in its encoded form: <c>f:name</c>, <c>k:{"name":"x"}</c>, <c>v:9092</c> or <c>i:0</c>.</summary>
internal readonly record struct PathElement(string Encoded) : IComparable<PathElement>
{
    /// <summary>Whether this is a field or map key.</summary>
    public bool IsField => Encoded.StartsWith("f:", StringComparison.Ordinal);

    /// <summary>The part after the two letters of the kind.</summary>
    public string Value => Encoded[2..];

    /// <summary>The step to a field or map key.</summary>
    public static PathElement Field(string name) => new("f:" + name);

    /// <summary>The step to an item of an associative list; null when the item lacks a key that has no default.</summary>
    public static PathElement? Item(StructuralSchema list, JsonNode? item)
    {
        if (list.ListType == "set")
        {
            return item is JsonValue ? new PathElement("v:" + GoText.Json(item)) : null;
        }

        if (item is not JsonObject map)
        {
            return null;
        }

        var keys = new JsonObject();
        foreach (var key in list.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = map[key] ?? (list.Items?.Field(key) is { HasDefault: true } field ? field.Default : null);
            if (value is not null)
            {
                keys[key] = value.DeepClone();
            }
        }

        return keys.Count == 0 ? null : new PathElement("k:" + GoText.Json(keys));
    }

    /// <summary>Parses an encoded step; null when it is none.</summary>
    public static PathElement? Parse(string encoded)
        => encoded.Length >= 2 && encoded[1] == ':' && encoded[0] is 'f' or 'k' or 'v' or 'i' ? new PathElement(encoded) : null;

    /// <summary>The step as messages print it: <c>.spec</c>, <c>[name="x"]</c>, <c>[=9092]</c> or <c>[0]</c>.</summary>
    public override string ToString()
    {
        if (IsField)
        {
            return "." + Value;
        }

        if (Encoded[0] != 'k')
        {
            return Encoded[0] == 'v' ? $"[={Value}]" : $"[{Value}]";
        }

        try
        {
            var keys = JsonNode.Parse(Value) as JsonObject ?? [];
            return $"[{string.Join(",", keys.Select(p => $"{p.Key}={GoText.Value(p.Value)}"))}]";
        }
        catch (JsonException)
        {
            return $"[{Value}]";
        }
    }

    /// <summary>Orders by kind, numbers by value, everything else by bytes.</summary>
    public int CompareTo(PathElement other)
        => Encoded[0] == other.Encoded[0] && Encoded[0] is 'v' or 'i' && Number(Value) is { } left && Number(other.Value) is { } right
            ? left.CompareTo(right)
            : string.CompareOrdinal(Encoded, other.Encoded);

    private static long? Number(string text)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
