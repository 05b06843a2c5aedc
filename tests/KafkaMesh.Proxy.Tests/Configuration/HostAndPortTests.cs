using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Tests.Configuration;

public sealed class HostAndPortTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.96.0.7")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fd00::9")]
    [InlineData("::ffff:1.2.3.4")]
    public void TryParseAddress_UsualNotation_IsRead(string text)
    {
        Assert.True(HostAndPort.TryParseAddress(text, out var address));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("256.0.0.1")]
    [InlineData("01.2.3.4")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("+1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("١.2.3.4")]
    [InlineData(":")]
    [InlineData("1:2")]
    [InlineData("host")]
    public void TryParseAddress_Other_IsNone(string text) => Assert.False(HostAndPort.TryParseAddress(text, out _));

    [Theory]
    [InlineData("kafka:9092", true)]
    [InlineData("my_broker-0.kafka.svc:1", true)]
    [InlineData("10.0.0.1:9092", true)]
    [InlineData("10.0.0:9092", false)]
    [InlineData("kaf ka:9092", false)]
    [InlineData("käfka:9092", false)]
    [InlineData(":9092", false)]
    public void TryParse_Host_IsNameOrWholeAddress(string text, bool expected) => Assert.Equal(expected, HostAndPort.TryParse(text, out _));
}
