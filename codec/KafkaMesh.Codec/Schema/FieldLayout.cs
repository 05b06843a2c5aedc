using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>One field of a message with its name and all of its versions, for tools; metrics run programs instead.</summary>
internal sealed class FieldLayout
{
    /// <summary>Name as Kafka's own JSON spells it: the first letter in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The name, ready to be written.</summary>
    public required JsonEncodedText JsonName { get; init; }

    public required WireType Type { get; init; }

    public required bool IsArray { get; init; }

    /// <summary>Versions that have the field.</summary>
    public required VersionSpan Versions { get; init; }

    /// <summary>Versions in which it may be null.</summary>
    public VersionSpan Nullable { get; init; } = VersionSpan.None;

    /// <summary>Versions in which it is a tagged field.</summary>
    public VersionSpan Tagged { get; init; } = VersionSpan.None;

    /// <summary>Its tag where <see cref="Tagged"/> holds.</summary>
    public int Tag { get; init; }

    /// <summary>Fields of a structure in wire order; empty for others.</summary>
    public FieldLayout[] Fields { get; init; } = [];

    /// <summary>Whether it stands among the fields of a version, not in the tag section.</summary>
    public bool IsInline(int version) => Versions.Contains(version) && !Tagged.Contains(version);

    /// <summary>Whether it stands in the tag section of a version.</summary>
    public bool IsTagged(int version) => Versions.Contains(version) && Tagged.Contains(version);

    /// <summary>Least bytes of the field in a version: bounds how many elements the rest of a frame can hold.</summary>
    public int MinSize(int version, bool isFlexible)
    {
        if (!IsInline(version)) return 0;
        if (IsArray) return isFlexible ? 1 : sizeof(int);
        return Type == WireType.Struct && Nullable.Contains(version) ? 1 : MinElementSize(version, isFlexible);
    }

    /// <summary>Least bytes of one element in a version.</summary>
    public int MinElementSize(int version, bool isFlexible)
    {
        if (Type != WireType.Struct) return MinSize(Type, isFlexible);
        var size = isFlexible ? 1 : 0;
        foreach (var field in Fields) size += field.MinSize(version, isFlexible);
        return size;
    }

    private static int MinSize(WireType type, bool isFlexible) => type switch
    {
        WireType.Bool or WireType.Int8 => 1,
        WireType.Int16 or WireType.UInt16 => 2,
        WireType.Int32 or WireType.UInt32 => 4,
        WireType.Int64 or WireType.Float64 => 8,
        WireType.Uuid => TopicId.SizeInBytes,
        _ when isFlexible => 1,
        WireType.String => sizeof(short),
        _ => sizeof(int),
    };
}
