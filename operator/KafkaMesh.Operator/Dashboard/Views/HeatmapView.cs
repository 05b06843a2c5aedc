namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Latency over time.</summary>
/// <param name="BoundsMilliseconds">Upper bounds, ascending; the last row has none.</param>
/// <param name="Counts">Per time one count per row.</param>
internal sealed record HeatmapView(
    IReadOnlyList<double> BoundsMilliseconds,
    IReadOnlyList<IReadOnlyList<long>?> Counts);
