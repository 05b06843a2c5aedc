using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>A standard Kubernetes condition (meta/v1 Condition).</summary>
public sealed record MonitorCondition
{
    /// <summary>Ready, Progressing, Degraded or Conflict.</summary>
    [SchemaRequired]
    [SchemaMaxLength(316)]
    [SchemaDescription("Type of the condition.")]
    public string Type { get; set; } = "";

    /// <summary>True, False or Unknown.</summary>
    [SchemaRequired]
    [SchemaEnum("True", "False", "Unknown")]
    [SchemaDescription("True, False or Unknown.")]
    public string Status { get; set; } = "";

    /// <summary>Generation that the condition is about.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Generation that the condition is about.")]
    public long? ObservedGeneration { get; init; }

    /// <summary>RFC 3339 time of the last change of <see cref="Status"/>.</summary>
    [SchemaRequired]
    [SchemaFormat("date-time")]
    [SchemaDescription("When the status last changed.")]
    public string LastTransitionTime { get; set; } = "";

    /// <summary>One CamelCase word.</summary>
    [SchemaRequired]
    [SchemaMaxLength(1024)]
    [SchemaPattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    [SchemaDescription("Reason in one CamelCase word.")]
    public string Reason { get; set; } = "";

    /// <summary>One sentence for people.</summary>
    [SchemaRequired]
    [SchemaMaxLength(32768)]
    [SchemaDescription("One sentence for people.")]
    public string Message { get; set; } = "";
}
