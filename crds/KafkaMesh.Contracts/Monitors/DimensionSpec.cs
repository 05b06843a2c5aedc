using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>One dimension of the detailed metrics.</summary>
public sealed record DimensionSpec
{
    /// <summary>Whether the dimension is kept at all. Default true.</summary>
    [SchemaDefault("true")]
    [SchemaDescription("Whether this dimension is kept.")]
    public bool Enabled { get; set; } = true;

    /// <summary>Most series per sidecar; what comes beyond is counted under <c>__other__</c>. Null: the dimension's default.</summary>
    [SchemaRange(0, 10000)]
    [SchemaDescription("Most series per sidecar; the rest is counted under __other__.")]
    public int? Limit { get; init; }
}
