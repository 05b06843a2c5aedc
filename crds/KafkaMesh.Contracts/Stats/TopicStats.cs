namespace KafkaMesh.Contracts.Stats;

/// <summary>Records of one topic through one API.</summary>
public sealed record TopicStats
{
    /// <summary>Longest <see cref="Topic"/> in characters: Kafka's own limit. A reader refuses longer and empty ones.</summary>
    public const int MaxTopicLength = 249;

    /// <summary><c>inbound</c> or <c>outbound</c>, seen from the pod.</summary>
    public string Direction { get; set; } = "";

    /// <summary>Produce, Fetch or ShareFetch.</summary>
    public string Api { get; set; } = "";

    /// <summary>Topic name; an unresolved topic id in Kafka's text form; or <c>__other__</c>.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Records, control batches apart; a compressed message set v0/v1 counts as one.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of the record fields.</summary>
    public long Bytes { get; init; }
}
