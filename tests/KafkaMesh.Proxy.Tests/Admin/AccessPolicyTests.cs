using System.Net;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class AccessPolicyTests
{
    private static readonly SettableTime s_time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    [Theory]
    [InlineData("127.0.0.1", Access.Granted)]
    [InlineData("127.9.9.9", Access.Granted)]
    [InlineData("::1", Access.Granted)]
    [InlineData("::ffff:127.0.0.1", Access.Granted)]
    [InlineData("10.0.0.9", Access.NoToken)]
    [InlineData("::ffff:10.0.0.9", Access.NoToken)]
    [InlineData("fe80::1", Access.NoToken)]
    [InlineData("0.0.0.0", Access.NoToken)]
    [InlineData(null, Access.NoToken)]
    public void Judge_WithoutToken_OnlyLoopbackMay(string? caller, object expected) =>
        Assert.Equal((Access)expected, new AccessPolicy(null).Judge(caller is null ? null : IPAddress.Parse(caller), "", "tap"));

    [Fact]
    public void Judge_Token_CountsForItsScopeAndScheme()
    {
        using var signer = AccessTokenSigner.Create();
        Assert.True(AccessKey.TryParse(signer.PublicKey, out AccessKey? key));
        var policy = new AccessPolicy(new AccessTokenVerifier(key!, "uid", s_time));
        IPAddress caller = IPAddress.Parse("10.0.0.9");
        string token = signer.Sign("uid", s_time.Now, AccessToken.TapScope);
        Assert.Equal(Access.Granted, policy.Judge(caller, "Bearer " + token, "tap"));
        Assert.Equal(Access.Granted, policy.Judge(caller, "bearer " + token, "tap"));
        Assert.Equal(Access.OtherScope, policy.Judge(caller, "Bearer " + token, "connections"));
        Assert.Equal(Access.NoToken, policy.Judge(caller, token, "tap"));
        Assert.Equal(Access.NoToken, policy.Judge(caller, "Basic " + token, "tap"));
        Assert.Equal(Access.NoToken, new AccessPolicy(null).Judge(caller, "Bearer " + token, "tap"));
    }
}
