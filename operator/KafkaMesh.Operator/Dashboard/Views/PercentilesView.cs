namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Percentiles of a latency in milliseconds.</summary>
/// <param name="P50">Median.</param>
/// <param name="P95">95 of 100 are faster.</param>
/// <param name="P99">99 of 100 are faster.</param>
internal sealed record PercentilesView(
    double P50,
    double P95,
    double P99);
