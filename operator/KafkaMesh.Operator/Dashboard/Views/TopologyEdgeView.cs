namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What flows between two nodes.</summary>
/// <param name="From">Id of a node.</param>
/// <param name="To">Id of a node.</param>
/// <param name="Kind">produce, consume or connect.</param>
/// <param name="RecordsPerSecond">Over the last interval; null for connect.</param>
/// <param name="BytesPerSecond">Over the last interval; null for connect.</param>
/// <param name="Records">Of living pods in total.</param>
/// <param name="Bytes">Of living pods in total.</param>
/// <param name="Connections">Open; 0 for produce and consume.</param>
/// <param name="ConnectErrors">Connections of living pods that could not be opened; 0 for produce and consume.</param>
internal sealed record TopologyEdgeView(
    string From,
    string To,
    string Kind,
    double? RecordsPerSecond,
    double? BytesPerSecond,
    long Records,
    long Bytes,
    long Connections,
    long ConnectErrors);
