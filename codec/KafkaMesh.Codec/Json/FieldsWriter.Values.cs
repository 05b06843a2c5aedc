using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace KafkaMesh.Codec;

/// <content>Values without fields of their own.</content>
internal ref partial struct FieldsWriter
{
    private bool WriteValue(FieldLayout field, bool isNullable) => field.Type switch
    {
        WireType.String => WriteString(field, isNullable),
        WireType.Bytes => WriteBytes(isNullable, out _),
        WireType.Subscription or WireType.Assignment => WriteEmbedded(field, isNullable),
        WireType.Records or WireType.UnalignedRecords => WriteRecords(field.Type, isNullable),
        WireType.Uuid => WriteUuid(),
        _ => WriteNumber(field.Type),
    };

    private bool WriteNumber(WireType type)
    {
        var size = type switch
        {
            WireType.Bool or WireType.Int8 => sizeof(byte),
            WireType.Int16 or WireType.UInt16 => sizeof(short),
            WireType.Int32 or WireType.UInt32 => sizeof(int),
            _ => sizeof(long),
        };
        if (!_wire.TryTake(size, out var bytes)) return false;
        switch (type)
        {
            case WireType.Bool: _json.WriteBooleanValue(bytes[0] != 0); break;
            case WireType.Int8: _json.WriteNumberValue((sbyte)bytes[0]); break;
            case WireType.Int16: _json.WriteNumberValue(BinaryPrimitives.ReadInt16BigEndian(bytes)); break;
            case WireType.UInt16: _json.WriteNumberValue(BinaryPrimitives.ReadUInt16BigEndian(bytes)); break;
            case WireType.Int32: _json.WriteNumberValue(BinaryPrimitives.ReadInt32BigEndian(bytes)); break;
            case WireType.UInt32: _json.WriteNumberValue(BinaryPrimitives.ReadUInt32BigEndian(bytes)); break;
            case WireType.Float64: WriteFloat(BinaryPrimitives.ReadDoubleBigEndian(bytes)); break;
            default: _json.WriteNumberValue(BinaryPrimitives.ReadInt64BigEndian(bytes)); break;
        }

        return true;
    }

    /// <summary>JSON has no such numbers; Kafka's own JSON has these strings.</summary>
    private readonly void WriteFloat(double value)
    {
        if (double.IsFinite(value)) _json.WriteNumberValue(value);
        else _json.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    private bool WriteUuid()
    {
        if (!_wire.TryTake(TopicId.SizeInBytes, out var bytes)) return false;
        _json.WriteStringValue(TopicId.Read(bytes).ToString());
        return true;
    }

    private bool WriteString(FieldLayout field, bool isNullable)
    {
        if (!_wire.TryReadStringLength(_isFlexible, out var length)) return false;
        if (length == WireCursor.Null) return WriteNull(isNullable);
        if (!_wire.TryTakeAnnounced((uint)length, out var utf8)) return false;

        if (Utf8.IsValid(utf8))
        {
            _json.WriteStringValue(utf8);
        }
        else
        {
            _json.WriteStringValue(Encoding.UTF8.GetString(utf8));
            _invalidStrings++;
        }

        if (field.Name == "protocolType") _isOtherProtocol = !utf8.SequenceEqual("consumer"u8);
        return true;
    }

    private bool WriteBytes(bool isNullable, out ReadOnlySpan<byte> bytes)
    {
        if (!TryTakeBytes(out bytes, out var isNull)) return false;
        if (isNull) return WriteNull(isNullable);
        _json.WriteBase64StringValue(bytes);
        return true;
    }

    private bool TryTakeBytes(out ReadOnlySpan<byte> bytes, out bool isNull)
    {
        bytes = default;
        isNull = false;
        if (!_wire.TryReadLength(_isFlexible, out var length)) return false;
        isNull = length == WireCursor.Null;
        return isNull || _wire.TryTakeAnnounced((uint)length, out bytes);
    }

    /// <summary>The bytes, and beside them what they hold when the group is, or may be, one of consumers.</summary>
    private bool WriteEmbedded(FieldLayout field, bool isNullable)
    {
        if (!WriteBytes(isNullable, out var bytes)) return false;
        if (!_isOtherProtocol) ConsumerProtocol.TryWrite(field.Type, bytes, _json);
        return true;
    }

    private bool WriteRecords(WireType type, bool isNullable)
    {
        if (!TryTakeBytes(out var bytes, out var isNull)) return false;
        if (isNull) return WriteNull(isNullable);
        _json.WriteStartObject();
        _json.WriteNumber("sizeInBytes"u8, bytes.Length);
        if (type == WireType.Records) RecordsView.Write(bytes, _json);
        if (type == WireType.Records && _options.HasFlag(JsonViewOptions.RecordContent)) RecordsContent.Write(bytes, ref _contentLeft, _json);
        if (_options.HasFlag(JsonViewOptions.RecordData)) _json.WriteBase64String(RecordsView.Data, bytes);
        _json.WriteEndObject();
        return true;
    }
}
