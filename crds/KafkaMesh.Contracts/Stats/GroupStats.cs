using System.Text.Json.Serialization;

namespace KafkaMesh.Contracts.Stats;

/// <summary>One consumer, share or streams group as this sidecar saw it.</summary>
/// <param name="Group">Group id or <c>__other__</c>.</param>
/// <param name="Members">Members in the last JoinGroup response to a leader; 0 when none was seen, and for groups that have no such responses (KIP-848, KIP-932, KIP-1071).</param>
/// <param name="Rebalances">Successful JoinGroup responses with a new generation, and heartbeats of the newer protocols with a new epoch.</param>
public sealed record GroupStats(string Group, long Members, long Rebalances)
{
    /// <summary>
    /// How many groups of this instance had given up their series when this one got it, as <see cref="TopicStats.Since"/>: what a vanished
    /// group had counted is part of <c>__other__</c>, and one that comes back counts from 0 again.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Since { get; init; }

    /// <summary>Longest <see cref="Group"/> in characters; a reader refuses longer ones.</summary>
    public const int MaxGroupLength = 255;
}
