using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>A Kubernetes label selector: both parts must match; empty matches everything.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels with exactly these values.</summary>
    [SchemaDescription("Labels that must have exactly these values.")]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Requirements on labels.</summary>
    [SchemaItems(64)]
    [SchemaDescription("Requirements on labels.")]
    public IReadOnlyList<LabelSelectorRequirement>? MatchExpressions { get; init; }
}
