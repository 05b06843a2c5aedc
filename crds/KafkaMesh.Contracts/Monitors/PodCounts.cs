using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Pods of a monitor by state.</summary>
public sealed record PodCounts
{
    /// <summary>Pods that the selector matches and that are meant to be injected.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Pods that the monitor is responsible for.")]
    public int Selected { get; init; }

    /// <summary>Of these, pods that carry the sidecar.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Pods that carry the sidecar.")]
    public int Injected { get; init; }

    /// <summary>Of these, pods whose sidecar answered the last collection.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Pods whose sidecar answered the last collection.")]
    public int Reporting { get; init; }

    /// <summary>Injected pods whose sidecar was made from an older spec or version.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Pods whose sidecar was made from an older spec or version.")]
    public int Outdated { get; init; }

    /// <summary>Injected running pods whose sidecar did not answer.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Running pods whose sidecar did not answer.")]
    public int Unreachable { get; init; }

    /// <summary>Selected pods that were left as they were.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Selected pods that were left as they were.")]
    public int Skipped { get; init; }
}
