namespace KafkaMesh.Kubernetes.Entities;

/// <summary>The API server's answer about an operation (meta/v1 Status): every error is one.</summary>
public sealed record V1Status
{
    /// <summary><c>v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>Status</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Carries a fresh continue token when a list token has expired.</summary>
    public V1ListMeta? Metadata { get; init; }

    /// <summary>Success or Failure.</summary>
    public string? Status { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>One word for machines: NotFound, AlreadyExists, Conflict, Expired, Invalid, …</summary>
    public string? Reason { get; init; }

    /// <summary>HTTP status code.</summary>
    public int? Code { get; init; }

    /// <summary>What it is about.</summary>
    public V1StatusDetails? Details { get; init; }
}
