using System.Text.Json.Serialization;

namespace KafkaMesh.Contracts.Stats;

/// <summary>
/// Records of one topic through one API. A topic that is unused for long may give up its series to another and vanish from later reports;
/// what it had counted is then part of <c>__other__</c>, so that the sum over all topics never falls.
/// </summary>
public sealed record TopicStats
{
    /// <summary>Longest <see cref="Topic"/> in characters: Kafka's own limit. A reader refuses longer and empty ones.</summary>
    public const int MaxTopicLength = 249;

    /// <summary><c>inbound</c> or <c>outbound</c>, seen from the pod.</summary>
    public string Direction { get; set; } = "";

    /// <summary>Produce, Fetch or ShareFetch; <see cref="ApiStats.FollowerFetchApi"/> for what followers replicate, which nobody consumes.</summary>
    public string Api { get; set; } = "";

    /// <summary>Topic name; an unresolved topic id in Kafka's text form; or <c>__other__</c>.</summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// How many topics of this instance had given up their series when this one got it. A topic that comes back counts from 0 again, with a
    /// higher number; a reader must not subtract its two lives. 0, and absent on the wire, for all until the first retires.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Since { get; init; }

    /// <summary>Records, control batches apart; a compressed message set v0/v1 counts as one.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of the record fields.</summary>
    public long Bytes { get; init; }
}
