using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Tests.Redirect;

public sealed class BackendChoiceTests
{
    private const string Ours = ":KAFKAMESH_OUTPUT - [0:0]\n";
    private const string Rules = "-A OUTPUT -j A\n-A OUTPUT -j B\n";

    [Theory]
    [InlineData("", "", "Nft")]
    [InlineData("", Rules, "Legacy")]
    [InlineData(Rules, Rules, "Nft")]
    [InlineData(Ours, Rules, "Nft")]
    [InlineData(Rules, Ours, "Legacy")]
    [InlineData(null, "", "Legacy")]
    [InlineData("", null, "Nft")]
    [InlineData(null, null, "Nft")] // Its message then says what is missing.
    public void Choose_Tables_TheOneInUse(string? nft, string? legacy, string expected) =>
        Assert.Equal(expected, BackendChoice.Choose(nft is null ? null : NatTable.Parse(nft), legacy is null ? null : NatTable.Parse(legacy)).ToString());
}
