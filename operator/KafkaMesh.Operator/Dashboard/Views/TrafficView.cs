namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Rates; a figure is null while nothing backs it.</summary>
/// <param name="RequestsPerSecond">Requests.</param>
/// <param name="ErrorRatio">Responses with an error of all, 0 to 1.</param>
/// <param name="P50Milliseconds">Median latency.</param>
/// <param name="P95Milliseconds">95 of 100 are faster.</param>
/// <param name="P99Milliseconds">99 of 100 are faster.</param>
/// <param name="BytesInPerSecond">Bytes of responses.</param>
/// <param name="BytesOutPerSecond">Bytes of requests.</param>
/// <param name="ThrottledSecondsPerSecond">Throttle time that brokers asked for.</param>
internal sealed record TrafficView(
    double? RequestsPerSecond,
    double? ErrorRatio,
    double? P50Milliseconds,
    double? P95Milliseconds,
    double? P99Milliseconds,
    double? BytesInPerSecond,
    double? BytesOutPerSecond,
    double? ThrottledSecondsPerSecond);
