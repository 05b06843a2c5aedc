using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Percentiles in milliseconds, 3 significant digits.</summary>
public sealed record LatencyPercentiles
{
    /// <summary>Median.</summary>
    [SchemaDescription("Median.")]
    public double P50 { get; init; }

    /// <summary>95th percentile.</summary>
    [SchemaDescription("95th percentile.")]
    public double P95 { get; init; }

    /// <summary>99th percentile.</summary>
    [SchemaDescription("99th percentile.")]
    public double P99 { get; init; }
}
