using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Contracts.Tests.Stats;

public class LatencyBucketsTests
{
    [Fact]
    public void Midpoint_EveryBucket_IsWithinFivePercentOfBothEnds()
    {
        var worst = 0.0;
        for (var i = 0; i < LatencyBuckets.Count; i++)
        {
            var (first, last, middle) = (LatencyBuckets.LowerBound(i), LatencyBuckets.LowerBound(i + 1) - 1, LatencyBuckets.Midpoint(i));
            Assert.Equal((i, i), (LatencyBuckets.IndexOf(first), LatencyBuckets.IndexOf(last)));
            worst = Math.Max(worst, Math.Max(middle - first, last - middle) / Math.Max(first, 1));
        }

        Assert.InRange(worst, 0.001, 0.032);
        Assert.Equal(1L << 46, LatencyBuckets.LowerBound(LatencyBuckets.Count));
    }

    [Theory]
    [InlineData(long.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData((1L << 46) - 1, LatencyBuckets.Count - 1)]
    [InlineData(1L << 46, LatencyBuckets.Count - 1)]
    [InlineData(long.MaxValue, LatencyBuckets.Count - 1)]
    public void IndexOf_Extremes_StayInside(long nanoseconds, int index) => Assert.Equal(index, LatencyBuckets.IndexOf(nanoseconds));
}
