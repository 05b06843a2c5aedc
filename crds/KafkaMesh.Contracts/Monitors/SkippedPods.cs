using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Pods that were left as they were for one reason.</summary>
public sealed record SkippedPods
{
    /// <summary>A <see cref="SkipReason"/>.</summary>
    [SchemaRequired]
    [SchemaMaxLength(63)]
    [SchemaDescription("Why the pods were not injected.")]
    public string Reason { get; set; } = "";

    /// <summary>How many.</summary>
    [SchemaRange(0)]
    [SchemaDescription("How many pods.")]
    public int Count { get; init; }

    /// <summary>The name of one of them.</summary>
    [SchemaMaxLength(253)]
    [SchemaDescription("The name of one of them.")]
    public string? Example { get; init; }
}
