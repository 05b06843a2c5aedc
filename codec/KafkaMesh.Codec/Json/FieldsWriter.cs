using System.Runtime.InteropServices;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>Walks the layout of one message over its bytes and writes what stands there as JSON.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref partial struct FieldsWriter
{
    private readonly MessageLayout _layout;
    private readonly int _version;
    private readonly bool _isFlexible;
    private readonly Utf8JsonWriter _json;
    private readonly JsonViewOptions _options;
    private WireCursor _wire;
    private bool _isOtherProtocol;
    private int _invalidStrings;
    private int _contentLeft = RecordsContent.Limit;

    /// <summary>Ready to write one message.</summary>
    public FieldsWriter(MessageLayout layout, int version, ReadOnlySpan<byte> bytes, Utf8JsonWriter json, JsonViewOptions options)
    {
        _layout = layout;
        _version = version;
        _isFlexible = layout.Flexible.Contains(version);
        _json = json;
        _options = options;
        _wire = new WireCursor(bytes);
        Place = "";
    }

    /// <summary>Where it failed.</summary>
    public string Place { get; private set; }

    /// <summary>Writes the message, and how many bytes stand behind it.</summary>
    public DecodeError WriteMessage()
    {
        _json.WriteStartObject();
        if (!WriteFields(_layout.Fields)) return _wire.Error;
        if (_wire.Left > 0) _json.WriteNumber("trailingBytes"u8, _wire.Left);
        if (_invalidStrings > 0) _json.WriteNumber("invalidStrings"u8, _invalidStrings);
        _json.WriteEndObject();
        return DecodeError.None;
    }

    /// <summary>Writes the fields into an object that is open.</summary>
    /// <param name="mayTrail">Whether bytes may be left over.</param>
    public bool TryWriteContent(bool mayTrail) => WriteFields(_layout.Fields) && (mayTrail || _wire.Left == 0);

    private bool WriteFields(FieldLayout[] fields)
    {
        foreach (var field in fields)
        {
            if (!field.IsInline(_version)) continue;
            _json.WritePropertyName(field.JsonName);
            if (!WriteField(field)) return At(field.Name);
        }

        return !_isFlexible || WriteTags(fields);
    }

    private bool WriteField(FieldLayout field)
    {
        var isNullable = field.Nullable.Contains(_version);
        if (field.IsArray) return WriteArray(field, isNullable);
        if (field.Type != WireType.Struct) return WriteValue(field, isNullable);
        if (isNullable)
        {
            if (!_wire.TryTake(sizeof(sbyte), out var marker)) return false;
            if ((sbyte)marker[0] < 0)
            {
                _json.WriteNullValue();
                return true;
            }
        }

        return WriteStruct(field);
    }

    private bool WriteStruct(FieldLayout field)
    {
        _json.WriteStartObject();
        if (!WriteFields(field.Fields)) return false;
        _json.WriteEndObject();
        return true;
    }

    private bool WriteArray(FieldLayout field, bool isNullable)
    {
        if (!_wire.TryReadLength(_isFlexible, out var count)) return false;
        if (count == WireCursor.Null) return WriteNull(isNullable);
        if (count > _wire.Left / Math.Max(1, field.MinElementSize(_version, _isFlexible))) return _wire.Fail(DecodeError.CountBeyondFrame);
        _json.WriteStartArray();
        for (var index = 0L; index < count; index++)
        {
            if (!(field.Type == WireType.Struct ? WriteStruct(field) : WriteValue(field, isNullable: false))) return At(FieldPath.Index(index));
        }

        _json.WriteEndArray();
        return true;
    }

    private bool WriteNull(bool isNullable)
    {
        if (!isNullable) return _wire.Fail(DecodeError.UnexpectedNull);
        _json.WriteNullValue();
        return true;
    }

    private bool At(string outer)
    {
        Place = FieldPath.Prepend(outer, Place);
        return false;
    }
}
