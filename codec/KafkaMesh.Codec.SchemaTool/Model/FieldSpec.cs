namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>One field of a message, with all that Kafka's definition says about it except its description.</summary>
internal sealed record FieldSpec
{
    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>Versions of the message that have the field.</summary>
    public required VersionRange Versions { get; init; }

    /// <summary>Versions in which it may be null.</summary>
    public VersionRange Nullable { get; init; } = VersionRange.None;

    /// <summary>Versions in which it is a tagged field; in the others it has its place among the fields.</summary>
    public VersionRange Tagged { get; init; } = VersionRange.None;

    /// <summary>Its tag, where <see cref="Tagged"/> holds.</summary>
    public int Tag { get; init; }

    /// <summary>Its default as Kafka writes it; null when none is given.</summary>
    public string? Default { get; init; }

    /// <summary>Whether a version without the field may drop its value silently.</summary>
    public bool IsIgnorable { get; init; }

    /// <summary>Whether it identifies its element.</summary>
    public bool IsMapKey { get; init; }

    /// <summary>Whether it keeps the old encoding in flexible versions: only the request header's client id.</summary>
    public bool IsNeverFlexible { get; init; }

    /// <summary>What it names: topicName, brokerId, groupId, producerId, transactionalId; null when nothing.</summary>
    public string? EntityType { get; init; }

    /// <summary>The fields of its structure; empty for a primitive.</summary>
    public IReadOnlyList<FieldSpec> Fields { get; init; } = [];

    /// <summary>Whether the field stands among the fields of this version, not in its tag section.</summary>
    public bool IsInline(int version) => Versions.Contains(version) && !Tagged.Contains(version);

    /// <summary>The field as it is within some versions; null when none of them has it.</summary>
    public FieldSpec? Within(VersionRange range)
    {
        var versions = Versions.Intersect(range);
        if (versions.IsNone) return null;
        return this with
        {
            Versions = versions,
            Nullable = Nullable.Intersect(versions),
            Tagged = Tagged.Intersect(versions),
            Fields = WithinAll(Fields, versions),
        };
    }

    /// <summary>Those of the fields that some versions have.</summary>
    public static IReadOnlyList<FieldSpec> WithinAll(IEnumerable<FieldSpec> fields, VersionRange range) =>
        [.. fields.Select(field => field.Within(range)).OfType<FieldSpec>()];
}
