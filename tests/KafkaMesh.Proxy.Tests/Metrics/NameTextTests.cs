using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class NameTextTests
{
    [Theory]
    [InlineData("6f7264657273", "orders")]
    [InlineData("7061796c c3a4 dc00", null)]
    [InlineData("6120 22 62", "a \"b")]
    [InlineData("0a1b5b33316d7f", "\\x0a\\x1b[31m\\x7f")]
    [InlineData("ff61c3", "\\xffa\\xc3")]
    [InlineData("5c783031", "\\x5cx01")]
    [InlineData("c3a4", "ä")]
    [InlineData("e280ae", "\\xe2\\x80\\xae")]
    public void FromUtf8_HostileNames_ArePrintableAndDistinct(string hex, string? expected)
    {
        var text = NameText.FromUtf8(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.DoesNotContain(text, char.IsControl);
        Assert.Equal(text.Length, NameText.LengthOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
        if (expected is not null)
            Assert.Equal(expected, text);
    }
}
