using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>An object of any kind of which only the metadata was asked for (meta/v1 PartialObjectMetadata).</summary>
public sealed record PartialObjectMetadata : IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    [JsonPropertyOrder(-2)]
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? V1ObjectMeta.Empty; init; } = V1ObjectMeta.Empty;
}
