using System.Buffers;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>Walks the layout of one version over a view and writes what stands there as bytes.</summary>
internal sealed partial class FieldsEncoder(int version, bool isFlexible)
{
    private const string UnknownTags = "_unknownTaggedFields";
    private const string TrailingBytes = "trailingBytes";

    /// <summary>Why it failed.</summary>
    public EncodeError Error { get; private set; }

    /// <summary>Where it failed.</summary>
    public string Place { get; private set; } = "";

    /// <summary>Writes all fields of a structure, and its tag section.</summary>
    public bool WriteFields(FieldLayout[] fields, JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind != JsonValueKind.Object) return Fail(EncodeError.WrongType);
        foreach (var property in value.EnumerateObject())
        {
            if (!IsAllowed(fields, property.Name)) return Fail(EncodeError.UnknownField, property.Name);
        }

        foreach (var field in fields)
        {
            if (!field.IsInline(version)) continue;
            if (!value.TryGetProperty(field.Name, out var content)) return Fail(EncodeError.MissingField, field.Name);
            if (!WriteField(field, content, output)) return At(field.Name);
        }

        return !isFlexible || WriteTags(fields, value, output);
    }

    private bool WriteField(FieldLayout field, JsonElement value, ArrayBufferWriter<byte> output)
    {
        var isNullable = field.Nullable.Contains(version);
        var isNull = value.ValueKind == JsonValueKind.Null;
        if (isNull && !isNullable) return Fail(EncodeError.UnexpectedNull);
        if (field.IsArray) return WriteArray(field, value, output);
        if (field.Type != WireType.Struct) return WriteValue(field.Type, value, output);
        if (isNullable) output.Write([isNull ? (byte)0xff : (byte)1]);
        return isNull || WriteFields(field.Fields, value, output);
    }

    private bool WriteArray(FieldLayout field, JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            WriteLength(WireCursor.Null, sizeof(int), output);
            return true;
        }

        if (value.ValueKind != JsonValueKind.Array) return Fail(EncodeError.WrongType);
        WriteLength(value.GetArrayLength(), sizeof(int), output);
        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            if (!WriteElement(field, element, output)) return At($"[{index}]");
            index++;
        }

        return true;
    }

    private bool WriteElement(FieldLayout field, JsonElement element, ArrayBufferWriter<byte> output)
    {
        if (element.ValueKind == JsonValueKind.Null) return Fail(EncodeError.UnexpectedNull);
        return field.Type == WireType.Struct ? WriteFields(field.Fields, element, output) : WriteValue(field.Type, element, output);
    }

    /// <summary>The tagged fields that stand in the view, known and unknown, in the order of their tags (KIP-482).</summary>
    private bool WriteTags(FieldLayout[] fields, JsonElement value, ArrayBufferWriter<byte> output)
    {
        var tags = new SortedDictionary<uint, byte[]>();
        foreach (var field in fields)
        {
            if (!field.IsTagged(version) || !value.TryGetProperty(field.Name, out var content)) continue;
            var bytes = new ArrayBufferWriter<byte>();
            if (!WriteField(field, content, bytes)) return At(field.Name);
            tags.Add((uint)field.Tag, bytes.WrittenSpan.ToArray());
        }

        if (value.TryGetProperty(UnknownTags, out var unknown) && !AddUnknownTags(fields, unknown, tags)) return At(UnknownTags);
        Varint.Write((uint)tags.Count, output);
        foreach (var (tag, bytes) in tags)
        {
            Varint.Write(tag, output);
            Varint.Write((uint)bytes.Length, output);
            output.Write(bytes);
        }

        return true;
    }

    private bool AddUnknownTags(FieldLayout[] fields, JsonElement unknown, SortedDictionary<uint, byte[]> tags)
    {
        if (unknown.ValueKind != JsonValueKind.Array) return Fail(EncodeError.WrongType);
        foreach (var element in unknown.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object) return Fail(EncodeError.WrongType);
            if (!element.TryGetProperty("tag", out var number) || !element.TryGetProperty("data", out var data)) return Fail(EncodeError.MissingField, "tag or data");
            if (number.ValueKind != JsonValueKind.Number || data.ValueKind != JsonValueKind.String) return Fail(EncodeError.WrongType);
            if (!number.TryGetUInt32(out var tag)) return Fail(EncodeError.OutOfRange, "tag");
            if (!data.TryGetBytesFromBase64(out var bytes)) return Fail(EncodeError.NotBase64, "data");
            if (fields.Any(field => field.IsTagged(version) && field.Tag == tag) || !tags.TryAdd(tag, bytes)) return Fail(EncodeError.DuplicateTag, "tag");
        }

        return true;
    }

    private bool IsAllowed(FieldLayout[] fields, string name) => name switch
    {
        TrailingBytes or "_subscription" or "_assignment" => true,
        UnknownTags => isFlexible,
        _ => fields.Any(field => field.Versions.Contains(version) && field.Name == name),
    };

    private bool Fail(EncodeError error, string place = "")
    {
        Error = error;
        Place = place;
        return false;
    }

    /// <summary>Adds a name before the place of an error.</summary>
    private bool At(string name)
    {
        Place = Place.Length == 0 || Place[0] == '[' ? name + Place : $"{name}.{Place}";
        return false;
    }
}
