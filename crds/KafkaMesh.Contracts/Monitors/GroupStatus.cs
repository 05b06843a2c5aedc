using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>One consumer group as the pods see it.</summary>
public sealed record GroupStatus
{
    /// <summary>The group id.</summary>
    [SchemaRequired]
    [SchemaMaxLength(255)]
    [SchemaDescription("The group id.")]
    public string Name { get; set; } = "";

    /// <summary>Members in the last JoinGroup response of a leader.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Members as last seen.")]
    public long Members { get; init; }

    /// <summary>Generations that began while watched.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Rebalances seen.")]
    public long Rebalances { get; init; }
}
