using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Base of an entity with spec and status (KubeOps' name and shape); immutable, so that a cached one cannot be corrupted.</summary>
/// <typeparam name="TSpec">What users ask for.</typeparam>
/// <typeparam name="TStatus">What the operator saw.</typeparam>
public abstract record CustomKubernetesEntity<TSpec, TStatus> : IKubernetesObject<V1ObjectMeta>
    where TSpec : class, new()
    where TStatus : class
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

    /// <summary>The specification; a default one when the object has none.</summary>
    public TSpec Spec { get => field ??= new TSpec(); init; } = new();

    /// <summary>The status, null until the first report.</summary>
    public TStatus? Status { get; init; }
}
