using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>An event about an object (core/v1 Event), as <c>kubectl describe</c> shows it.</summary>
public sealed record Corev1Event : IKubernetesObject<V1ObjectMeta>
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

    /// <summary>What it is about; the event lives in this object's namespace.</summary>
    public V1ObjectReference? InvolvedObject { get; init; }

    /// <summary>One CamelCase word.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence, at most 1024 bytes.</summary>
    public string? Message { get; init; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }

    /// <summary>Who says it.</summary>
    public V1EventSource? Source { get; init; }

    /// <summary>First occurrence.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>Last occurrence.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>Occurrences.</summary>
    public int? Count { get; init; }

    /// <summary>Controller that emitted it.</summary>
    public string? ReportingComponent { get; init; }

    /// <summary>Instance of the controller.</summary>
    public string? ReportingInstance { get; init; }
}
