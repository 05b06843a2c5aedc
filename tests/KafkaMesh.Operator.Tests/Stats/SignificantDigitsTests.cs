using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

public sealed class SignificantDigitsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1234.5, 1230)]
    [InlineData(0.0012345, 0.00123)]
    [InlineData(999.6, 1000)]
    [InlineData(-12.345, -12.3)]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    public void Round_AnyValue_KeepsThreeDigits(double value, double expected) => Assert.Equal(expected, SignificantDigits.Round(value), 12);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25, "0.25")]
    [InlineData(998, "998")]
    [InlineData(999.7, "1k")]
    [InlineData(1234, "1.23k")]
    [InlineData(45_600_000, "45.6M")]
    [InlineData(7e9, "7G")]
    public void Short_AnyValue_HasASuffix(double value, string expected) => Assert.Equal(expected, SignificantDigits.Short(value));

    [Theory]
    [InlineData(12, "12ms")]
    [InlineData(0.85, "850us")]
    [InlineData(1500, "1.5s")]
    public void Duration_AnyValue_HasAUnit(double milliseconds, string expected) => Assert.Equal(expected, SignificantDigits.Duration(milliseconds));

    [Fact]
    public void PercentileMilliseconds_MergedHistograms_IsTheRankOfTheUnion()
    {
        var merged = new LatencyHistogram();
        merged.Add(Reports.Histogram(1_000_000, 98));
        merged.Add(Reports.Histogram(100_000_000, 2));

        Assert.Equal(1, merged.PercentileMilliseconds(0.5)!.Value, 1);
        Assert.InRange(merged.PercentileMilliseconds(0.99)!.Value, 100 / 1.032, 100 * 1.032);
        Assert.Null(new LatencyHistogram().PercentileMilliseconds(0.5));
    }
}
