using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Certificates;

namespace KafkaMesh.Operator.Tests.Certificates;

public sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Issue_ServiceName_IsTrustedThroughTheAuthorityAlone()
    {
        using var authority = CertificateAuthority.Create(Now);
        using var other = CertificateAuthority.Create(Now);
        using var leaf = authority.Issue(["kafkamesh-operator.kafkamesh-system.svc"], Now);

        Assert.True(IsTrusted(leaf, authority, Now));
        Assert.False(IsTrusted(leaf, other, Now));
        Assert.True(leaf.MatchesHostname("kafkamesh-operator.kafkamesh-system.svc"));
        Assert.False(leaf.MatchesHostname("kafkamesh-operator.elsewhere.svc"));
        Assert.True(leaf.HasPrivateKey);
    }

    [Fact]
    public void Issue_ClockOfTheApiServerIsBehind_IsValidAlready()
    {
        using var authority = CertificateAuthority.Create(Now);
        using var leaf = authority.Issue(["a"], Now);

        Assert.True(IsTrusted(leaf, authority, Now.AddMinutes(-30)));
        Assert.False(IsTrusted(leaf, authority, Now.AddDays(8)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(600)]
    public void Issue_OwnClockIsBehindThatOfTheAuthority_BeginsWithIt(double seconds)
    {
        using var authority = CertificateAuthority.Create(Now);
        using var leaf = authority.Issue(["a"], Now.AddSeconds(-seconds));

        Assert.Equal(authority.NotBefore.UtcDateTime, leaf.NotBefore.ToUniversalTime());
        Assert.True(IsTrusted(leaf, authority, Now));
    }

    [Fact]
    public void Issue_EndOfTheAuthority_LeafDoesNotOutliveIt()
    {
        using var authority = CertificateAuthority.Create(Now);
        using var leaf = authority.Issue(["a"], Now.AddDays(363));

        Assert.Equal(authority.NotAfter.UtcDateTime, leaf.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Bundle_Rotated_PublishesBothAndSurvivesTheSecret()
    {
        var first = new AuthorityBundle(CertificateAuthority.Create(Now), Previous: null);
        var second = AuthorityBundle.FromSecretData((JsonObject)JsonNode.Parse(first.Rotate(Now.AddDays(250)).ToSecretData().ToJsonString())!)!;

        Assert.Equal(first.Current.Fingerprint, second.Previous!.Fingerprint);
        Assert.NotEqual(first.Current.Fingerprint, second.Current.Fingerprint);
        Assert.Contains(first.Current.CertificatePem, second.Pem, StringComparison.Ordinal);
        Assert.Contains(second.Current.CertificatePem, second.Pem, StringComparison.Ordinal);
        using var leaf = second.Previous.Issue(["a"], Now.AddDays(250));
        Assert.True(IsTrusted(leaf, first.Current, Now.AddDays(250)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"ca.crt":"AAAA"}""")]
    [InlineData("""{"ca.crt":"AAAA","ca.key":"AAAA"}""")]
    [InlineData("""{"ca.crt":"not base64!","ca.key":"x"}""")]
    [InlineData("""{"ca.crt":7,"ca.key":8}""")]
    public void Bundle_ForeignSecret_IsNone(string json) => Assert.Null(AuthorityBundle.FromSecretData((JsonObject)JsonNode.Parse(json)!));

    [Fact]
    public void Bundle_KeyOfAnotherAuthority_IsNone()
    {
        var data = new AuthorityBundle(CertificateAuthority.Create(Now), Previous: null).ToSecretData();
        data["ca.key"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(CertificateAuthority.Create(Now).ExportKeyPem()));

        Assert.Null(AuthorityBundle.FromSecretData(data));
    }

    private static bool IsTrusted(X509Certificate2 leaf, CertificateAuthority authority, DateTimeOffset at)
    {
        using var root = X509Certificate2.CreateFromPem(authority.CertificatePem);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        return chain.Build(leaf);
    }
}
