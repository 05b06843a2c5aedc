using System.Text.Json.Nodes;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A cluster of kubeconfig; paths are absolute.</summary>
internal sealed record KubeConfigCluster
{
    public string Server { get; init; } = "";

    public string? CertificateAuthority { get; init; }

    public byte[]? CertificateAuthorityData { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public string? TlsServerName { get; init; }

    public string? ProxyUrl { get; init; }

    /// <summary>What a credential plug-in is told about this cluster: the extension <c>client.authentication.k8s.io/exec</c>.</summary>
    public JsonNode? ExecConfig { get; init; }
}
