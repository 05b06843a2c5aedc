namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>A workload, pod, topic or broker.</summary>
/// <param name="Id">Unique in the answer.</param>
/// <param name="Kind">workload, pod, topic or broker.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; null for topics and brokers.</param>
/// <param name="WorkloadKind">Kind of a workload.</param>
/// <param name="Monitors">Monitors that see it, as namespace/name.</param>
/// <param name="Pods">Pods that it stands for, or that talk to it.</param>
internal sealed record TopologyNodeView(
    string Id,
    string Kind,
    string Name,
    string? Namespace,
    string? WorkloadKind,
    IReadOnlyList<string> Monitors,
    int Pods);
