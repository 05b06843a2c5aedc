namespace KafkaMesh.Kubernetes.Admission;

/// <summary>Kind of an object with its group and version.</summary>
/// <param name="Group">Group; empty for core.</param>
/// <param name="Version">Version.</param>
/// <param name="Kind">Kind.</param>
public sealed record GroupVersionKind(string? Group, string? Version, string? Kind);
