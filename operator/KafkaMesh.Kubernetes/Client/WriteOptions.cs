namespace KafkaMesh.Kubernetes.Client;

/// <summary>How a write is done.</summary>
public sealed record WriteOptions
{
    /// <summary>Owner of the written fields; needed for server-side apply, at most 128 characters.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Server-side apply takes fields away from other managers instead of answering 409.</summary>
    public bool Force { get; init; }

    /// <summary>Everything but storing.</summary>
    public bool DryRun { get; init; }

    /// <summary><c>status</c> for example.</summary>
    public string? Subresource { get; init; }
}
