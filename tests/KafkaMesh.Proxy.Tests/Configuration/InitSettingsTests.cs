using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Tests.Configuration;

public sealed class InitSettingsTests
{
    [Fact]
    public void Read_Lists_AreSortedAndRangesMasked()
    {
        var variables = new Dictionary<string, string> { ["KAFKAMESH_PORTS"] = "9093,9092,9093", ["KAFKAMESH_EXCLUDE_CIDRS"] = "10.1.2.3/8, fd00::1/8,0.0.0.0/0" };
        var flags = new FlagReader(InitFlags.All, ["--direction", "both"], variables);
        InitSettings settings = InitSettings.Read(flags);
        Assert.Null(flags.Error);
        Assert.Equal([9092, 9093], settings.Redirect.Ports);
        Assert.Equal(["10.0.0.0/8", "fd00::/8", "0.0.0.0/0"], settings.Redirect.Excluded.Select(range => range.ToString()));
        Assert.True(settings.Redirect.CapturesInbound && settings.Redirect.CapturesOutbound && settings.Backend is null);
    }

    [Theory]
    [InlineData("--ports=0")]
    [InlineData("--ports=,")]
    [InlineData("--ports=9092 9093")]
    [InlineData("--ports=4591")]
    [InlineData("--direction=Outbound")]
    [InlineData("--proxy-uid=0")]
    [InlineData("--include-cidrs=10.0.0.0")]
    [InlineData("--include-cidrs=10.0.0.0/33")]
    [InlineData("--include-cidrs=10.0/8")]
    [InlineData("--exclude-cidrs=fd00::/129")]
    [InlineData("--exclude-cidrs=10.0.0.0/8;reboot")]
    [InlineData("--backend=iptables")]
    [InlineData("--dry-run=maybe")]
    public void Read_Wrong_NamesTheFlag(string argument)
    {
        var flags = new FlagReader(InitFlags.All, [argument], new Dictionary<string, string>());
        _ = InitSettings.Read(flags);
        Assert.Contains(argument.Split('=')[0], flags.Error, StringComparison.Ordinal);
        Assert.Contains("accepted", flags.Error, StringComparison.Ordinal);
    }
}
