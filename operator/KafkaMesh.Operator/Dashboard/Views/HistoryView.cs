namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Time series; index i of each array belongs to the interval that ends at <c>Times[i]</c>.</summary>
/// <param name="Now">The time.</param>
/// <param name="IntervalSeconds">Length of an interval as the monitor asks for.</param>
/// <param name="Times">Ends of the intervals.</param>
/// <param name="RequestsPerSecond">Requests.</param>
/// <param name="ErrorsPerSecond">Responses with an error.</param>
/// <param name="BytesInPerSecond">Bytes of responses.</param>
/// <param name="BytesOutPerSecond">Bytes of requests.</param>
/// <param name="ThrottledSecondsPerSecond">Throttle time.</param>
/// <param name="P50Milliseconds">Median latency.</param>
/// <param name="P95Milliseconds">95 of 100 are faster.</param>
/// <param name="P99Milliseconds">99 of 100 are faster.</param>
/// <param name="ErrorsByName">Per second by name of the error.</param>
/// <param name="Heatmap">Latency.</param>
internal sealed record HistoryView(
    DateTimeOffset Now,
    int IntervalSeconds,
    IReadOnlyList<DateTimeOffset> Times,
    IReadOnlyList<double?> RequestsPerSecond,
    IReadOnlyList<double?> ErrorsPerSecond,
    IReadOnlyList<double?> BytesInPerSecond,
    IReadOnlyList<double?> BytesOutPerSecond,
    IReadOnlyList<double?> ThrottledSecondsPerSecond,
    IReadOnlyList<double?> P50Milliseconds,
    IReadOnlyList<double?> P95Milliseconds,
    IReadOnlyList<double?> P99Milliseconds,
    IReadOnlyDictionary<string, IReadOnlyList<double?>> ErrorsByName,
    HeatmapView Heatmap);
