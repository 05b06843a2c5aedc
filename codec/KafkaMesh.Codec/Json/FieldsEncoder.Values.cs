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
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (!value.TryGetDouble(out number) || !double.IsFinite(number)) return Fail(EncodeError.OutOfRange);
        }
        else
        {
            if (!TryReadText(value, out var text)) return false;
            if (text is "Infinity") number = double.PositiveInfinity;
            else if (text is "-Infinity") number = double.NegativeInfinity;
            else if (text is "NaN") number = BitConverter.Int64BitsToDouble(0x7ff8000000000000); // the one that Java writes; .NET's has its sign set
            else return Fail(EncodeError.WrongType);
        }

        WriteNumber(BitConverter.DoubleToInt64Bits(number), sizeof(double), output);
        return true;
    }

    private bool WriteUuid(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (!TryReadText(value, out var text)) return false;
        Span<byte> bytes = stackalloc byte[TopicId.SizeInBytes];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != bytes.Length) return Fail(EncodeError.NotBase64);
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

        if (!TryReadText(value, out var text)) return false;
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.Length > short.MaxValue) return Fail(EncodeError.StringTooLong);
        WriteLength(utf8.Length, sizeof(short), output);
        output.Write(utf8);
        return true;
    }

    /// <summary>The view's object, or base64 alone.</summary>
    private bool WriteRecords(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.String) return WriteBytes(value, output);
        if (value.ValueKind != JsonValueKind.Object) return Fail(EncodeError.WrongType);
        if (!CheckNames(value, RecordsView.IsName)) return false;
        if (!value.TryGetProperty(RecordsView.Data, out var data)) return Fail(EncodeError.RecordsWithoutData);
        if (data.ValueKind == JsonValueKind.Null) return Fail(EncodeError.UnexpectedNull, RecordsView.Data);
        return WriteBytes(data, output) || At(RecordsView.Data);
    }

    private bool WriteBytes(JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            WriteLength(WireCursor.Null, sizeof(int), output);
            return true;
        }

        if (!TryReadBase64(value, out var bytes)) return false;
        WriteLength(bytes.Length, sizeof(int), output);
        output.Write(bytes);
        return true;
    }

    private bool TryReadBase64(JsonElement value, out byte[] bytes)
    {
        bytes = [];
        if (!TryReadText(value, out var text)) return false;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (!Convert.TryFromBase64String(text, decoded, out var length)) return Fail(EncodeError.NotBase64);
        bytes = decoded[..length];
        return true;
    }

    private bool TryReadText(JsonElement value, out string text)
    {
        text = "";
        if (value.ValueKind != JsonValueKind.String) return Fail(EncodeError.WrongType);
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // JsonElement checks text only when it is read, and has no other way to say that an escape is half a character.
            return Fail(EncodeError.InvalidText);
        }
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
