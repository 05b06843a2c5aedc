namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What a topology had no room for.</summary>
/// <param name="Topics">Topics that are in <c>__other__</c>.</param>
/// <param name="Nodes">Workloads, pods and brokers that were left out with their edges.</param>
internal sealed record TopologyMoreView(
    int Topics,
    int Nodes);
