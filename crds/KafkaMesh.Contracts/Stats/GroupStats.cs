namespace KafkaMesh.Contracts.Stats;

/// <summary>One consumer group as this sidecar saw it.</summary>
/// <param name="Group">Group id or <c>__other__</c>.</param>
/// <param name="Members">Members in the last JoinGroup response to a leader; 0 when none was seen.</param>
/// <param name="Rebalances">Successful JoinGroup responses with a new generation.</param>
public sealed record GroupStats(string Group, long Members, long Rebalances)
{
    /// <summary>Longest <see cref="Group"/> in characters; a reader refuses longer ones.</summary>
    public const int MaxGroupLength = 255;
}
