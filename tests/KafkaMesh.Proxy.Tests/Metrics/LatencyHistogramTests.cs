using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class LatencyHistogramTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void Quantile_RandomDurations_IsWithinFivePercent(double share)
    {
        var random = new Random(3);
        var histogram = new LatencyHistogram(HistogramBounds.Request);
        var durations = Enumerable.Range(0, 50_000).Select(_ => (long)Math.Pow(10, 3 + (random.NextDouble() * 7))).ToArray();
        foreach (var duration in durations)
            histogram.Record(duration);
        Array.Sort(durations);
        var exact = durations[(int)Math.Ceiling(share * durations.Length) - 1];
        Assert.Equal(exact, Total(histogram).Quantile(share), exact * 0.05);
    }

    [Fact]
    public void Record_BoundsAreInclusive_CountsAddUp()
    {
        var histogram = new LatencyHistogram(HistogramBounds.Request);
        histogram.Record(500_000);
        histogram.Record(500_001);
        histogram.Record(long.MaxValue / 2);
        histogram.Record(-7);
        var total = Total(histogram);
        Assert.Equal((2, 1, 1), (total.Coarse[0], total.Coarse[1], total.Coarse[^1]));
        Assert.Equal(4, total.ToReport().Count);
        Assert.Equal(4, total.ToReport().Buckets.Where((_, i) => i % 2 == 1).Sum());
    }

    [Fact]
    public void Quantile_Empty_IsZero() => Assert.Equal(0, Total(new LatencyHistogram(HistogramBounds.Request)).Quantile(0.99));

    private static HistogramTotal Total(LatencyHistogram histogram)
    {
        var total = new HistogramTotal(HistogramBounds.Request);
        histogram.AddTo(total);
        return total;
    }
}
