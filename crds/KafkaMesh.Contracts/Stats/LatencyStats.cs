namespace KafkaMesh.Contracts.Stats;

/// <summary>Latency of responses with one result.</summary>
/// <param name="Result"><c>data</c>, <c>empty</c> or <c>all</c>.</param>
/// <param name="Histogram">The durations.</param>
public sealed record LatencyStats(string Result, HistogramReport Histogram);
