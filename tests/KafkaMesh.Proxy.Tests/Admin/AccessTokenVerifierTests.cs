using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class AccessTokenVerifierTests : IDisposable
{
    private const string Uid = "6f1c2a7e-pod";
    private const string GoodHeader = """{"alg":"ES256","typ":"kafkamesh-access+jwt"}""";
    private const string GoodClaims = """{"aud":"6f1c2a7e-pod","iat":1800000000,"exp":1800000060,"scope":"connections tap"}""";

    private readonly ECDsa _private = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SettableTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly AccessTokenVerifier _verifier;

    public AccessTokenVerifierTests()
    {
        Assert.True(AccessKey.TryParse(Convert.ToBase64String(_private.ExportSubjectPublicKeyInfo()), out AccessKey? key));
        _verifier = new AccessTokenVerifier(key!, Uid, _time);
    }

    [Fact]
    public void ScopesOf_SignersToken_AreItsScopes()
    {
        using var signer = AccessTokenSigner.FromPem(_private.ExportPkcs8PrivateKeyPem());
        Assert.Equal(["tap"], ScopesOf(signer.Sign(Uid, _time.Now, AccessToken.TapScope)));
        Assert.Empty(ScopesOf(signer.Sign("another-pod", _time.Now, AccessToken.TapScope)));
    }

    [Theory]
    [InlineData(-5, true)]
    [InlineData(-6, false)]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    [InlineData(3600, false)]
    public void ScopesOf_AtSomeTime_AreThereForSixtySeconds(int secondsLater, bool isValid)
    {
        _time.Now += TimeSpan.FromSeconds(secondsLater);
        Assert.Equal(isValid, ScopesOf(Token(GoodHeader, GoodClaims)).Count > 0);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"kafkamesh-access+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":"kafkamesh-access+jwt"}""")]
    [InlineData("""{"alg":"es256","typ":"kafkamesh-access+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT"}""")]
    [InlineData("""{"alg":"ES256"}""")]
    [InlineData("""{"typ":"kafkamesh-access+jwt"}""")]
    [InlineData("""{"alg":["ES256"],"typ":"kafkamesh-access+jwt"}""")]
    [InlineData("""{"alg":"none","alg":"ES256","typ":"kafkamesh-access+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"kafkamesh-access+jwt","crit":["b64"],"b64":false}""")]
    [InlineData("""["ES256"]""")]
    [InlineData("""{"alg":"ES256","typ":"kafkamesh-access+jwt"}x""")]
    [InlineData("")]
    public void ScopesOf_OtherHeader_AreNone(string header) => Assert.Empty(ScopesOf(Token(header, GoodClaims)));

    [Theory]
    [InlineData("""{"iat":1800000000,"exp":1800000060,"scope":"tap"}""")]
    [InlineData("""{"aud":["6f1c2a7e-pod"],"iat":1800000000,"exp":1800000060,"scope":"tap"}""")]
    [InlineData("""{"aud":"6F1C2A7E-POD","iat":1800000000,"exp":1800000060,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","exp":1800000060,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":1800000000,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":1800000000,"exp":1800000061,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":1,"exp":1800000060,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":-9223372036854775808,"exp":9223372036854775807,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":1800000000,"exp":1e99,"scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":"1800000000","exp":"1800000060","scope":"tap"}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":1800000000,"exp":1800000060}""")]
    [InlineData("""{"aud":"6f1c2a7e-pod","iat":1800000000,"exp":1800000060,"scope":["tap"]}""")]
    [InlineData("""{"aud":"x","aud":"6f1c2a7e-pod","iat":1800000000,"exp":1800000060,"scope":"tap"}""")]
    [InlineData("""{"aud":"\ud800","iat":1800000000,"exp":1800000060,"scope":"tap"}""")]
    [InlineData("""[[[[[[[[]]]]]]]]""")]
    [InlineData("null")]
    [InlineData("")]
    public void ScopesOf_OtherClaims_AreNone(string claims) => Assert.Empty(ScopesOf(Token(GoodHeader, claims)));

    [Fact]
    public void ScopesOf_EveryCharacterChanged_AreNone()
    {
        string token = Token(GoodHeader, GoodClaims);
        Assert.Equal(["connections", "tap"], ScopesOf(token));
        for (int i = 0; i < token.Length; i++)
        {
            char other = token[i] == 'A' ? 'B' : 'A';
            Assert.Empty(ScopesOf(token[..i] + other + token[(i + 1)..]));
            Assert.Empty(ScopesOf(token[..i]));
        }
    }

    [Fact]
    public void ScopesOf_SpelledOtherwise_AreNone()
    {
        string token = Token(GoodHeader, GoodClaims);
        string[] parts = token.Split('.');
        Assert.Empty(ScopesOf(token + "="));
        Assert.Empty(ScopesOf(token + " "));
        Assert.Empty(ScopesOf(token + "\n"));
        Assert.Empty(ScopesOf(token + "."));
        Assert.Empty(ScopesOf("." + token));
        Assert.Empty(ScopesOf($"{parts[0]}.{parts[1]}."));
        Assert.Empty(ScopesOf(".."));
        Assert.Empty(ScopesOf(""));
        Assert.Empty(ScopesOf(new string('A', 100_000)));

        // 64 bytes leave two unused bits in the last of 86 characters: of the four spellings only one is accepted.
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.IndexOf(token[^1], StringComparison.Ordinal);
        Assert.Empty(ScopesOf(token[..^1] + alphabet[last ^ 1]));
    }

    [Fact]
    public void ScopesOf_SignedByOthers_AreNone()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Empty(ScopesOf(Token(GoodHeader, GoodClaims, content => other.SignData(content, HashAlgorithmName.SHA256))));

        // The classic confusions: the public key as a shared secret, a signature of zeros, DER instead of r and s.
        byte[] info = _private.ExportSubjectPublicKeyInfo();
        Assert.Empty(ScopesOf(Token("""{"alg":"HS256","typ":"kafkamesh-access+jwt"}""", GoodClaims, content => HMACSHA256.HashData(info, content))));
        Assert.Empty(ScopesOf(Token(GoodHeader, GoodClaims, _ => new byte[64])));
        Assert.Empty(ScopesOf(
            Token(GoodHeader, GoodClaims, content => _private.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))));
    }

    [Fact]
    public void TryParse_NoP256Key_IsRefused()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] good = _private.ExportSubjectPublicKeyInfo();
        string[] bad = ["", "x", Convert.ToBase64String(other.ExportSubjectPublicKeyInfo()), Convert.ToBase64String(good[..^1]), Convert.ToBase64String([.. good, 0])];
        Assert.All(bad, text => Assert.False(AccessKey.TryParse(text, out _)));
    }

    [Fact]
    public void Judge_PointNotOnTheCurve_LetsNobodyIn()
    {
        byte[] info = _private.ExportSubjectPublicKeyInfo();
        info[^1] ^= 1;
        Assert.True(AccessKey.TryParse(Convert.ToBase64String(info), out AccessKey? key));
        var policy = new AccessPolicy(new AccessTokenVerifier(key!, Uid, _time));
        Assert.Equal(Access.NoToken, policy.Judge(System.Net.IPAddress.Parse("10.0.0.9"), null, "Bearer " + Token(GoodHeader, GoodClaims), "tap", out _));
    }

    public void Dispose() => _private.Dispose();

    private IReadOnlyList<string> ScopesOf(string token) => _verifier.Read(token) is { } claimed && _verifier.IsSigned(claimed) ? claimed.Scopes : [];

    private string Token(string header, string claims, Func<byte[], byte[]>? sign = null)
    {
        string content = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        return content + "." + Base64Url.EncodeToString(sign?.Invoke(bytes) ?? _private.SignData(bytes, HashAlgorithmName.SHA256));
    }
}
