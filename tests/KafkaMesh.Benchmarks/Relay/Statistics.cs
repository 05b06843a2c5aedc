namespace KafkaMesh.Benchmarks.Relay;

/// <summary>The few that the bench needs.</summary>
internal static class Statistics
{
    /// <summary>The middle value, or the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
