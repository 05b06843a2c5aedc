using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Tests.Redirect;

public sealed class BackendChoiceTests
{
    private const string Ours = ":KAFKAMESH_OUTPUT - [0:0]\n";
    private const string Rules = "-A OUTPUT -j A\n-A OUTPUT -j B\n";

    [Theory]
    [InlineData("", "", null, "Nft Legacy Native")]
    [InlineData("", Rules, null, "Legacy Nft Native")]
    [InlineData(Rules, Rules, null, "Nft Legacy Native")]
    [InlineData(Ours, Rules, null, "Nft Legacy Native")]
    [InlineData(Rules, Ours, null, "Legacy Nft Native")]
    [InlineData(null, "", null, "Legacy Nft Native")]
    [InlineData("", null, null, "Nft Legacy Native")]
    [InlineData(null, null, null, "Nft Legacy Native")] // Their messages then say what is missing.
    [InlineData(null, null, false, "Native Nft Legacy")]
    [InlineData(null, null, true, "Native Nft Legacy")]
    [InlineData("", null, false, "Nft Native Legacy")] // iptables can be listed on kernels that lack its matches.
    [InlineData("", null, true, "Native Nft Legacy")]
    [InlineData(Rules, "", true, "Native Nft Legacy")]
    [InlineData(Ours, "", true, "Nft Native Legacy")]
    [InlineData("", Ours, true, "Legacy Native Nft")]
    public void Choose_Tables_TheOneInUseFirst(string? nft, string? legacy, bool? native, string expected) =>
        Assert.Equal(expected, string.Join(' ', BackendChoice.Choose(nft is null ? null : NatTable.Parse(nft), legacy is null ? null : NatTable.Parse(legacy), native)));
}
