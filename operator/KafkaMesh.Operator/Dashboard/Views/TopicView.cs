namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One topic; in is what the pods fetched, out is what they produced.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RecordsIn">Records fetched in total.</param>
/// <param name="RecordsOut">Records produced in total.</param>
/// <param name="BytesIn">Bytes fetched in total.</param>
/// <param name="BytesOut">Bytes produced in total.</param>
/// <param name="RecordsInPerSecond">Records fetched.</param>
/// <param name="RecordsOutPerSecond">Records produced.</param>
/// <param name="BytesInPerSecond">Bytes fetched.</param>
/// <param name="BytesOutPerSecond">Bytes produced.</param>
/// <param name="Pods">Living pods, busiest first.</param>
/// <param name="MorePods">Living pods that are not listed.</param>
internal sealed record TopicView(
    string Name,
    long RecordsIn,
    long RecordsOut,
    long BytesIn,
    long BytesOut,
    double? RecordsInPerSecond,
    double? RecordsOutPerSecond,
    double? BytesInPerSecond,
    double? BytesOutPerSecond,
    IReadOnlyList<PodShareView> Pods,
    int MorePods);
