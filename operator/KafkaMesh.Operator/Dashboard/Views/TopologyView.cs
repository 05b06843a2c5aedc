namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Workloads, topics, brokers, and what flows between them.</summary>
/// <param name="Now">The time.</param>
/// <param name="Nodes">Nodes.</param>
/// <param name="Edges">Edges.</param>
/// <param name="More">What was left out.</param>
internal sealed record TopologyView(
    DateTimeOffset Now,
    IReadOnlyList<TopologyNodeView> Nodes,
    IReadOnlyList<TopologyEdgeView> Edges,
    TopologyMoreView More);
