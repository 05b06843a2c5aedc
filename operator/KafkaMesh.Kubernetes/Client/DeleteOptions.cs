namespace KafkaMesh.Kubernetes.Client;

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only this incarnation; 409 otherwise.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Delete only this state; 409 otherwise.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>Background, Foreground or Orphan; null: the kind's default.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Seconds that a pod gets to stop.</summary>
    public long? GracePeriodSeconds { get; init; }
}
