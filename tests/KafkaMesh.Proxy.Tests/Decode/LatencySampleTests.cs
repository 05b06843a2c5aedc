using KafkaMesh.Proxy.Decode;

namespace KafkaMesh.Proxy.Tests.Decode;

public class LatencySampleTests
{
    [Fact]
    public void Quantile_OfFew_IsExact()
    {
        var sample = new LatencySample();
        for (var value = 100; value >= 1; value--)
            sample.Add(value);
        Assert.Equal((50, 99, 100), (sample.Quantile(0.5), sample.Quantile(0.99), sample.Quantile(1)));
        Assert.Equal(0, new LatencySample().Quantile(0.5));
    }

    [Fact]
    public void Quantile_OfMoreThanAreKept_IsClose()
    {
        var sample = new LatencySample();
        for (var value = 0; value < 4 * LatencySample.Capacity; value++)
            sample.Add(value);
        Assert.Equal(2.0 * LatencySample.Capacity, sample.Quantile(0.5), tolerance: 0.05 * LatencySample.Capacity);
    }
}
