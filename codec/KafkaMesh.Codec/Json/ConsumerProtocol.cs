using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>Reads what consumers tell each other through their group's coordinator: an int16 version, then a message that is never flexible.</summary>
internal static class ConsumerProtocol
{
    /// <summary>Highest version that the schema knows; later ones only add fields behind it, as Kafka's own consumers rely on.</summary>
    private const short LatestVersion = 3;

    /// <summary>Writes the content of the bytes as a property; writes nothing when they hold something else.</summary>
    public static void TryWrite(WireType type, ReadOnlySpan<byte> bytes, Utf8JsonWriter json)
    {
        if (bytes.Length < sizeof(short)) return;
        var version = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (version < 0 || LayoutTable.Find(LayoutTable.ContentOf(type), Math.Min(version, LatestVersion)) is not { } layout) return;

        // The bytes belong to the application: what they hold is known only after they were read to their end.
        var content = new ArrayBufferWriter<byte>();
        using var inner = new Utf8JsonWriter(content, json.Options);
        inner.WriteStartObject();
        inner.WriteNumber("version"u8, version);
        if (!new FieldsWriter(layout, Math.Min(version, LatestVersion), bytes[sizeof(short)..], inner, JsonViewOptions.None).TryWriteContent(version > LatestVersion)) return;
        inner.WriteEndObject();
        inner.Flush();
        json.WritePropertyName(type == WireType.Subscription ? "_subscription"u8 : "_assignment"u8);
        json.WriteRawValue(content.WrittenSpan, skipInputValidation: true);
    }
}
