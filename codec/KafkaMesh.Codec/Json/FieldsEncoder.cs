using System.Buffers;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>Walks the layout of one version over a view and writes what stands there as bytes.</summary>
internal sealed partial class FieldsEncoder(int version, bool isFlexible)
{
    private const string UnknownTags = "_unknownTaggedFields";
    private const string TrailingBytes = "trailingBytes";
    private const string InvalidStrings = "invalidStrings";

    /// <summary>Why it failed.</summary>
    public EncodeError Error { get; private set; }

    /// <summary>Where it failed.</summary>
    public string Place { get; private set; } = "";

    /// <summary>Writes all fields of a structure, and its tag section.</summary>
    public bool WriteFields(FieldLayout[] fields, JsonElement value, ArrayBufferWriter<byte> output)
    {
        if (value.ValueKind != JsonValueKind.Object) return Fail(EncodeError.WrongType);
        if (!CheckNames(value, name => IsAllowed(fields, name))) return false;
        if (value.TryGetProperty(InvalidStrings, out _)) return Fail(EncodeError.InvalidText, InvalidStrings);
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
            if (!WriteElement(field, element, output)) return At(FieldPath.Index(index));
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
        var index = 0;
        foreach (var element in unknown.EnumerateArray())
        {
            if (!AddUnknownTag(fields, element, tags)) return At(FieldPath.Index(index));
            index++;
        }

        return true;
    }

    private bool AddUnknownTag(FieldLayout[] fields, JsonElement element, SortedDictionary<uint, byte[]> tags)
    {
        if (element.ValueKind != JsonValueKind.Object) return Fail(EncodeError.WrongType);
        if (!CheckNames(element, name => name is "tag" or "data")) return false;
        if (!element.TryGetProperty("tag", out var number)) return Fail(EncodeError.MissingField, "tag");
        if (!element.TryGetProperty("data", out var data)) return Fail(EncodeError.MissingField, "data");
        if (number.ValueKind != JsonValueKind.Number) return Fail(EncodeError.WrongType, "tag");
        if (!number.TryGetUInt32(out var tag)) return Fail(EncodeError.OutOfRange, "tag");
        if (!TryReadBase64(data, out var bytes)) return At("data");
        return (!fields.Any(field => field.IsTagged(version) && field.Tag == tag) && tags.TryAdd(tag, bytes)) || Fail(EncodeError.DuplicateTag, "tag");
    }

    private bool CheckNames(JsonElement value, Func<string, bool> isAllowed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var property in value.EnumerateObject())
            {
                if (!isAllowed(property.Name)) return Fail(EncodeError.UnknownField, property.Name);
                if (!seen.Add(property.Name)) return Fail(EncodeError.DuplicateField, property.Name);
            }
        }
        catch (InvalidOperationException)
        {
            return Fail(EncodeError.InvalidText);
        }

        return true;
    }

    private bool IsAllowed(FieldLayout[] fields, string name) => name switch
    {
        TrailingBytes or InvalidStrings or "_subscription" or "_assignment" => true,
        UnknownTags => isFlexible,
        _ => fields.Any(field => field.Versions.Contains(version) && field.Name == name),
    };

    private bool Fail(EncodeError error, string place = "")
    {
        Error = error;
        Place = place;
        return false;
    }

    private bool At(string outer)
    {
        Place = FieldPath.Prepend(outer, Place);
        return false;
    }
}
