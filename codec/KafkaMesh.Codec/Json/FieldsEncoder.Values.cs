using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <content>Values without fields of their own.</content>
internal sealed partial class FieldsEncoder
{
    private bool WriteValue(WireType type, JsonElement value, ArrayBufferWriter<byte> output) => type switch
    {
        WireType.Bool => WriteBool(value, output),
        WireType.String => WriteString(value, output),
        WireType.Bytes or WireType.Subscription or WireType.Assignment => WriteBytes(value, output),
        WireType.Records or WireType.UnalignedRecords => WriteRecords(value, output),
        WireType.Uuid => WriteUuid(value, output),
        WireType.Float64 => WriteFloat(value, output),
        _ => WriteInteger(type, value, output),
    };

    private bool WriteBool(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return Fail(EncodeError.WrongType);
        output.Write([value.GetBoolean() ? (byte)1 : (byte)0]);
        return true;
    }

    private bool WriteInteger(WireType type, JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind != JsonValueKind.Number) return Fail(EncodeError.WrongType);
        if (!value.TryGetInt64(out var number)) return Fail(EncodeError.OutOfRange);
        var (size, least, most) = type switch
        {
            WireType.Int8 => (sizeof(sbyte), sbyte.MinValue, sbyte.MaxValue),
            WireType.Int16 => (sizeof(short), short.MinValue, short.MaxValue),
            WireType.UInt16 => (sizeof(ushort), ushort.MinValue, ushort.MaxValue),
            WireType.Int32 => (sizeof(int), int.MinValue, int.MaxValue),
            WireType.UInt32 => (sizeof(uint), uint.MinValue, uint.MaxValue),
            _ => (sizeof(long), long.MinValue, long.MaxValue),
        };
        if (number < least || number > most) return Fail(EncodeError.OutOfRange);
        WriteNumber(number, size, output);
        return true;
    }

    /// <summary>Numbers, and the strings that Kafka's JSON has for what is none.</summary>
    private bool WriteFloat(JsonElement value, ArrayBufferWriter<byte> output)
    {
        double number;
        if (value.ValueKind == JsonValueKind.Number) number = value.GetDouble();
        else if (value.ValueKind != JsonValueKind.String) return Fail(EncodeError.WrongType);
        else if (value.ValueEquals("Infinity"u8)) number = double.PositiveInfinity;
        else if (value.ValueEquals("-Infinity"u8)) number = double.NegativeInfinity;
        else if (!value.ValueEquals("NaN"u8)) return Fail(EncodeError.WrongType);
        else number = BitConverter.Int64BitsToDouble(0x7ff8000000000000); // the one that Java writes; .NET's has its sign set
        if (value.ValueKind == JsonValueKind.Number && !double.IsFinite(number)) return Fail(EncodeError.OutOfRange);
        WriteNumber(BitConverter.DoubleToInt64Bits(number), sizeof(double), output);
        return true;
    }

    private bool WriteUuid(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind != JsonValueKind.String) return Fail(EncodeError.WrongType);
        Span<byte> bytes = stackalloc byte[TopicId.SizeInBytes];
        var text = value.GetString()!;
        if (!Base64Url.IsValid(text, out var length) || length != bytes.Length) return Fail(EncodeError.NotBase64);
        Base64Url.DecodeFromChars(text, bytes);
        output.Write(bytes);
        return true;
    }

    private bool WriteString(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            WriteLength(WireCursor.Null, sizeof(short), output);
            return true;
        }

        if (value.ValueKind != JsonValueKind.String) return Fail(EncodeError.WrongType);
        var utf8 = Encoding.UTF8.GetBytes(value.GetString()!);
        if (utf8.Length > short.MaxValue) return Fail(EncodeError.StringTooLong);
        WriteLength(utf8.Length, sizeof(short), output);
        output.Write(utf8);
        return true;
    }

    private bool WriteRecords(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind == JsonValueKind.Null) return WriteBytes(value, output);
        if (value.ValueKind != JsonValueKind.Object) return Fail(EncodeError.WrongType);
        return value.TryGetProperty("data", out var data) ? WriteBytes(data, output) || At("data") : Fail(EncodeError.RecordsWithoutData);
    }

    private bool WriteBytes(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            WriteLength(WireCursor.Null, sizeof(int), output);
            return true;
        }

        if (value.ValueKind != JsonValueKind.String) return Fail(EncodeError.WrongType);
        if (!value.TryGetBytesFromBase64(out var bytes)) return Fail(EncodeError.NotBase64);
        WriteLength(bytes.Length, sizeof(int), output);
        output.Write(bytes);
        return true;
    }

    private void WriteLength(int length, int legacySize, ArrayBufferWriter<byte> output)
    {
        if (isFlexible) Varint.Write((uint)(length + 1), output);
        else WriteNumber(length, legacySize, output);
    }

    private static void WriteNumber(long number, int size, ArrayBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        output.Write(bytes[(sizeof(long) - size)..]);
    }
}
