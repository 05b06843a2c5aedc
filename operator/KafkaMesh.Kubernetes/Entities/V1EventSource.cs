namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Who emitted a <see cref="Corev1Event"/>.</summary>
public sealed record V1EventSource
{
    /// <summary>Component, <c>kafkamesh-operator</c>.</summary>
    public string? Component { get; init; }

    /// <summary>Node, where that matters.</summary>
    public string? Host { get; init; }
}
