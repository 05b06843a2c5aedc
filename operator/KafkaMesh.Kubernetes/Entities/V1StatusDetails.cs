namespace KafkaMesh.Kubernetes.Entities;

/// <summary>What a <see cref="V1Status"/> is about.</summary>
public sealed record V1StatusDetails
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }

    /// <summary>API group.</summary>
    public string? Group { get; init; }

    /// <summary>Plural resource name (404, 409) or kind (422).</summary>
    public string? Kind { get; init; }

    /// <summary>Uid of the object.</summary>
    public string? Uid { get; init; }

    /// <summary>Seconds to wait before another attempt.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Single faults, one per field.</summary>
    public IReadOnlyList<V1StatusCause>? Causes { get; init; }
}
