using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Detailed metrics by dimension.</summary>
public sealed record MetricsSpec
{
    /// <summary>Per topic; 200 series by default.</summary>
    [SchemaDescription("Figures per topic (default: enabled, 200 topics).")]
    public DimensionSpec? Topics { get; init; }

    /// <summary>Per client id; 100 series by default.</summary>
    [SchemaDescription("Figures per client id (default: enabled, 100 clients).")]
    public DimensionSpec? Clients { get; init; }

    /// <summary>Per consumer group; 100 series by default.</summary>
    [SchemaDescription("Figures per consumer group (default: enabled, 100 groups).")]
    public DimensionSpec? Groups { get; init; }
}
