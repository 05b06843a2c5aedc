namespace KafkaMesh.Kubernetes.Entities;

/// <summary>One owner of an object (meta/v1 OwnerReference).</summary>
public sealed record V1OwnerReference
{
    /// <summary>Group and version of the owner.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of the owner, in the same namespace or cluster-scoped.</summary>
    public string? Name { get; init; }

    /// <summary>Uid of the owner.</summary>
    public string? Uid { get; init; }

    /// <summary>Whether this owner manages the object; at most one does.</summary>
    public bool? Controller { get; init; }

    /// <summary>Whether foreground deletion of the owner waits for the object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}
