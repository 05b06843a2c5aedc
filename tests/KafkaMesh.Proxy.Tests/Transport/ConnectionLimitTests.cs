using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData(1_000_000, 20_000, 52, 9950)] // two descriptors each, 48 kept back
    [InlineData(100, 20_000, 52, 100)]
    [InlineData(1_000_000, 64, 30, 0)]
    public void Compute_DescriptorLimit_LowersTheConfiguredOne(int configured, int descriptorLimit, int open, int expected) =>
        Assert.Equal(expected, ConnectionLimit.Compute(configured, descriptorLimit, open));
}
