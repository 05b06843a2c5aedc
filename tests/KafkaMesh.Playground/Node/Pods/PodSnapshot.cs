using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>What is true about a pod at one moment.</summary>
internal sealed record PodSnapshot(
    string Phase, bool Initialized, PodNetwork? Network, IReadOnlyList<(ContainerRole Role, ContainerStatus Status)> Containers, string? Reason = null, string? Message = null);
