namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A user of kubeconfig; paths are absolute.</summary>
internal sealed record KubeConfigUser
{
    public string? ClientCertificate { get; init; }

    public byte[]? ClientCertificateData { get; init; }

    public string? ClientKey { get; init; }

    public byte[]? ClientKeyData { get; init; }

    public string? Token { get; init; }

    public string? TokenFile { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public KubeConfigExec? Exec { get; init; }
}
