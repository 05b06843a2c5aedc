using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>The value of a field that was not sent (Kafka's generator/README, "Field default values").</summary>
internal static class DefinitionDefaults
{
    public static JsonNode? Of(DefinedField field)
    {
        if (field.Default == "null") return null;
        if (field.IsArray) return new JsonArray();
        if (field.IsStruct) return OfStruct(field);
        var text = field.Default ?? "";
        return field.Type switch
        {
            "bool" => text is "true" or "True",
            "string" or "bytes" => text,
            "uuid" => new string('A', 22),
            "float64" => text.Length == 0 ? 0 : double.Parse(text, CultureInfo.InvariantCulture),
            "records" => null,
            _ when text.Length == 0 => 0L,
            _ when text.StartsWith("0x", StringComparison.Ordinal) => long.Parse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            _ => long.Parse(text, CultureInfo.InvariantCulture),
        };
    }

    private static JsonObject OfStruct(DefinedField field)
    {
        var view = new JsonObject();
        foreach (var inner in field.Fields.Where(inner => inner.Exists)) view[inner.JsonName] = Of(inner);
        return view;
    }
}
