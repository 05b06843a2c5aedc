namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What one pod has to do with a topic.</summary>
/// <param name="Pod">Its name.</param>
/// <param name="RecordsIn">Records that it fetched.</param>
/// <param name="RecordsOut">Records that it produced.</param>
/// <param name="BytesIn">Bytes that it fetched.</param>
/// <param name="BytesOut">Bytes that it produced.</param>
internal sealed record PodShareView(
    string Pod,
    long RecordsIn,
    long RecordsOut,
    long BytesIn,
    long BytesOut);
