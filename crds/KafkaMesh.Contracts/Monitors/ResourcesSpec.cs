using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Kubernetes resource requirements: quantities by resource name.</summary>
public sealed record ResourcesSpec
{
    /// <summary>Guaranteed amounts.</summary>
    [SchemaIntOrString]
    [SchemaDescription("Requested amounts by resource name.")]
    public IReadOnlyDictionary<string, Quantity>? Requests { get; init; }

    /// <summary>Upper bounds.</summary>
    [SchemaIntOrString]
    [SchemaDescription("Upper bounds by resource name.")]
    public IReadOnlyDictionary<string, Quantity>? Limits { get; init; }
}
