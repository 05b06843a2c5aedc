using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using KafkaMesh.Contracts.Access;

namespace KafkaMesh.Contracts.Tests.Access;

public class AccessTokenSignerTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void Sign_TwoScopes_IsACompactJwsThatThePublicKeyVerifies()
    {
        using var signer = AccessTokenSigner.Create();
        var parts = signer.Sign("0b1e-uid", Now, AccessToken.ConnectionsScope, AccessToken.TapScope).Split('.');
        Assert.Equal(3, parts.Length);
        Assert.Equal("""{"alg":"ES256","typ":"kafkamesh-access+jwt"}""", Text(parts[0]));
        Assert.Equal("""{"aud":"0b1e-uid","iat":1800000000,"exp":1800000060,"scope":"connections tap"}""", Text(parts[1]));
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(signer.PublicKey), out _);
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Sign_LongUid_StaysWithinTheLimit()
    {
        using var signer = AccessTokenSigner.Create();
        Assert.InRange(signer.Sign(new string('u', 253), Now, AccessToken.ConnectionsScope, AccessToken.TapScope).Length, 1, AccessToken.MaxLength);
    }

    [Fact]
    public void PublicKey_AskedTwice_IsExportedOnce()
    {
        using var signer = AccessTokenSigner.Create();
        Assert.Same(signer.PublicKey, signer.PublicKey);
    }

    [Fact]
    public void FromPem_OwnKey_SignsForTheSamePublicKey()
    {
        using var first = AccessTokenSigner.Create();
        using var second = AccessTokenSigner.FromPem(first.ExportKeyPem());
        Assert.Equal(first.PublicKey, second.PublicKey);
    }

    [Fact]
    public void FromPem_OtherCurveOrNoKey_Throws()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => AccessTokenSigner.FromPem(other.ExportPkcs8PrivateKeyPem()));
        Assert.ThrowsAny<ArgumentException>(() => AccessTokenSigner.FromPem("no key"));
    }

    private static string Text(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));
}
