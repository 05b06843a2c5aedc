namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Points at an object (core/v1 ObjectReference), the involved one of an event for example.</summary>
public sealed record V1ObjectReference
{
    /// <summary>Group and version.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Version of the state that is meant.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Part of the object, <c>spec.containers{main}</c>.</summary>
    public string? FieldPath { get; init; }
}
