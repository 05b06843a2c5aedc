using System.Net;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class AccessPolicyTests
{
    private static readonly IPAddress s_local = IPAddress.Parse("10.0.0.1");
    private static readonly SettableTime s_time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", Access.Granted)]
    [InlineData("127.9.9.9", "127.0.0.1", Access.Granted)]
    [InlineData("::1", "::1", Access.Granted)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", Access.Granted)]
    [InlineData("127.0.0.6", "10.0.0.1", Access.NoToken)]
    [InlineData("::ffff:127.0.0.6", "::ffff:10.0.0.1", Access.NoToken)]
    [InlineData("127.0.0.1", null, Access.NoToken)]
    [InlineData("10.0.0.9", "10.0.0.1", Access.NoToken)]
    [InlineData("10.0.0.9", "127.0.0.1", Access.NoToken)]
    [InlineData("::ffff:10.0.0.9", "::ffff:10.0.0.1", Access.NoToken)]
    [InlineData("fe80::1", "fe80::2", Access.NoToken)]
    [InlineData("0.0.0.0", "127.0.0.1", Access.NoToken)]
    [InlineData(null, "127.0.0.1", Access.NoToken)]
    public void Judge_WithoutToken_OnlyFromLoopbackToLoopbackMay(string? caller, string? local, object expected) =>
        Assert.Equal((Access)expected, new AccessPolicy(null).Judge(Address(caller), Address(local), "", "tap", out _));

    [Fact]
    public void Judge_Token_CountsForItsScopeAndScheme()
    {
        using var signer = AccessTokenSigner.Create();
        Assert.True(AccessKey.TryParse(signer.PublicKey, out AccessKey? key));
        var policy = new AccessPolicy(new AccessTokenVerifier(key!, "uid", s_time));
        IPAddress caller = IPAddress.Parse("10.0.0.9");
        string token = signer.Sign("uid", s_time.Now, AccessToken.TapScope);
        Assert.Equal(Access.Granted, policy.Judge(caller, s_local, "Bearer " + token, "tap", out _));
        Assert.Equal(Access.Granted, policy.Judge(caller, s_local, "bearer " + token, "tap", out _));
        Assert.Equal(Access.OtherScope, policy.Judge(caller, s_local, "Bearer " + token, "connections", out _));
        Assert.Equal(Access.NoToken, policy.Judge(caller, s_local, token, "tap", out _));
        Assert.Equal(Access.NoToken, policy.Judge(caller, s_local, "Basic " + token, "tap", out _));
        Assert.Equal(Access.NoToken, new AccessPolicy(null).Judge(caller, s_local, "Bearer " + token, "tap", out _));
    }

    private static IPAddress? Address(string? text) => text is null ? null : IPAddress.Parse(text);
}
