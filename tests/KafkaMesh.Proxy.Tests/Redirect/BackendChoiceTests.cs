using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Tests.Redirect;

public sealed class BackendChoiceTests
{
    private const string Ours = ":KAFKAMESH_OUTPUT - [0:0]\n";
    private const string Rules = "-A OUTPUT -j A\n-A OUTPUT -j B\n";

    [Theory]
    [InlineData("", "", null, "Nft")]
    [InlineData("", Rules, null, "Legacy")]
    [InlineData(Rules, Rules, null, "Nft")]
    [InlineData(Ours, Rules, null, "Nft")]
    [InlineData(Rules, Ours, null, "Legacy")]
    [InlineData(null, "", null, "Legacy")]
    [InlineData("", null, null, "Nft")]
    [InlineData(null, null, null, "Nft")] // Its message then says what is missing.
    [InlineData(null, null, false, "Native")]
    [InlineData(null, null, true, "Native")]
    [InlineData("", null, false, "Nft Native")] // iptables can be listed on kernels that lack its matches.
    [InlineData("", null, true, "Native Nft")]
    [InlineData(Rules, "", true, "Native Nft")]
    [InlineData(Ours, "", true, "Nft Native")]
    [InlineData("", Ours, true, "Legacy Native")]
    public void Choose_Tables_TheOneInUse(string? nft, string? legacy, bool? native, string expected) =>
        Assert.Equal(expected, string.Join(' ', BackendChoice.Choose(nft is null ? null : NatTable.Parse(nft), legacy is null ? null : NatTable.Parse(legacy), native)));
}
