namespace KafkaMesh.Kubernetes.Entities;

/// <summary>What the server is (<c>GET /version</c>).</summary>
public sealed record VersionInfo
{
    /// <summary>Major version.</summary>
    public string? Major { get; init; }

    /// <summary>Minor version; some vendors append a plus sign.</summary>
    public string? Minor { get; init; }

    /// <summary>Full version, <c>v1.36.2</c>.</summary>
    public string? GitVersion { get; init; }

    /// <summary>Operating system and architecture of the server.</summary>
    public string? Platform { get; init; }
}
