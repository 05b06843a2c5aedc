namespace KafkaMesh.Codec;

/// <summary>
/// What a structure of a message describes. When one ends, everything said since the previous end belongs to it: Kafka puts
/// some error codes before the name that they concern, so a sink attributes them here.
/// </summary>
[Flags]
public enum FieldScopes : byte
{
    /// <summary>Nothing that has a name.</summary>
    None = 0,

    /// <summary>One topic, by name or id.</summary>
    Topic = 1,

    /// <summary>One partition.</summary>
    Partition = 2,

    /// <summary>One group of a list of groups.</summary>
    Group = 4,
}
