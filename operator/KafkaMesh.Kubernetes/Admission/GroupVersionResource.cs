namespace KafkaMesh.Kubernetes.Admission;

/// <summary>Resource of an object with its group and version.</summary>
/// <param name="Group">Group; empty for core.</param>
/// <param name="Version">Version.</param>
/// <param name="Resource">Plural name.</param>
public sealed record GroupVersionResource(string? Group, string? Version, string? Resource);
