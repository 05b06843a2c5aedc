using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>A lease (coordination.k8s.io/v1): who leads, and until when.</summary>
public sealed record V1Lease : IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    [JsonPropertyOrder(-2)]
    public string? Kind { get; init; }

    /// <inheritdoc/>
    [JsonPropertyOrder(-1)]
    public V1ObjectMeta Metadata { get => field ?? V1ObjectMeta.Empty; init; } = V1ObjectMeta.Empty;

    /// <summary>The lease itself.</summary>
    public V1LeaseSpec? Spec { get; init; }
}
