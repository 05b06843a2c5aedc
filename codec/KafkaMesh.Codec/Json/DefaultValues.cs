using System.Globalization;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>Writes the value that a field has when it is not sent.</summary>
internal static class DefaultValues
{
    private const string ZeroUuid = "AAAAAAAAAAAAAAAAAAAAAA";

    /// <summary>Writes one field's default.</summary>
    public static void Write(FieldLayout field, int version, Utf8JsonWriter json)
    {
        if (field.IsNullByDefault) json.WriteNullValue();
        else if (field.IsArray) WriteEmptyArray(json);
        else if (field.Type == WireType.Struct) WriteStruct(field, version, json);
        else if (field.Type is WireType.Bool) json.WriteBooleanValue(field.Default is "true");
        else if (field.Type is WireType.Uuid) json.WriteStringValue(ZeroUuid);
        else if (field.Type is WireType.String or WireType.Bytes or WireType.Subscription or WireType.Assignment) json.WriteStringValue(field.Default ?? "");
        else if (field.Type is WireType.Float64) json.WriteNumberValue(double.Parse(field.Default ?? "0", CultureInfo.InvariantCulture));
        else if (field.Type is WireType.Records or WireType.UnalignedRecords) json.WriteNullValue();
        else json.WriteNumberValue(ParseNumber(field.Default));
    }

    private static void WriteEmptyArray(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteEndArray();
    }

    private static void WriteStruct(FieldLayout structure, int version, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var field in structure.Fields)
        {
            if (!field.Versions.Contains(version)) continue;
            json.WritePropertyName(field.JsonName);
            Write(field, version, json);
        }

        json.WriteEndObject();
    }

    private static long ParseNumber(string? text) => text switch
    {
        null or "" => 0,
        ['0', 'x', .. var hex] => long.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        _ => long.Parse(text, CultureInfo.InvariantCulture),
    };
}
