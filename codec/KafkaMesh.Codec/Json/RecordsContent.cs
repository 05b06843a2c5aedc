using System.Text.Json;
using System.Text.Unicode;

namespace KafkaMesh.Codec;

/// <summary>
/// Writes the records of a field: <c>"content": [{"offset", "timestamp", "key", "value", "headers": [{"key", "value"}]}]</c>, control
/// records with <c>"control": true</c>. Bytes that are UTF-8 are text; others stand in base64 under the name with <c>Base64</c>
/// behind it. <c>"contentError"</c> names why there are no more.
/// </summary>
internal static class RecordsContent
{
    /// <summary>Limit of one view, as <see cref="RecordsReader"/> counts: what it shows may take six times as much in JSON.</summary>
    public const int Limit = 64 << 20;

    /// <summary>Writes both properties into an open object.</summary>
    /// <param name="field">The bytes of the field.</param>
    /// <param name="left">What is left of the view's limit.</param>
    /// <param name="json">Receives them.</param>
    public static void Write(ReadOnlySpan<byte> field, ref int left, Utf8JsonWriter json)
    {
        var error = RecordsReader.Read(field, out var records, ref left);
        json.WriteStartArray("content"u8);
        foreach (var record in records) Write(record, json);
        json.WriteEndArray();
        if (error != RecordsError.None) json.WriteString("contentError"u8, error.ToString());
    }

    private static void Write(KafkaRecord record, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("offset"u8, record.Offset);
        json.WriteNumber("timestamp"u8, record.Timestamp);
        if (record.IsControl) json.WriteBoolean("control"u8, value: true);
        Write("key", record.Key, json);
        Write("value", record.Value, json);
        json.WriteStartArray("headers"u8);
        foreach (var (key, value) in record.Headers)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, key);
            Write("value", value, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(string name, byte[]? bytes, Utf8JsonWriter json)
    {
        if (bytes is null) json.WriteNull(name);
        else if (Utf8.IsValid(bytes)) json.WriteString(name, bytes);
        else json.WriteBase64String(name + "Base64", bytes);
    }
}
