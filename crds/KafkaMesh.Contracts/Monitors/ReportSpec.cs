using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>How often figures are gathered from the sidecars.</summary>
public sealed record ReportSpec
{
    /// <summary>Seconds between two collections, 1 to 300; default 15.</summary>
    [SchemaRange(1, 300)]
    [SchemaDefault("15")]
    [SchemaDescription("Seconds between two collections.")]
    public int IntervalSeconds { get; set; } = 15;
}
