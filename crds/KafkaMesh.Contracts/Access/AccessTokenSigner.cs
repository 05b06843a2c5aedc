using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KafkaMesh.Contracts.Access;

/// <summary>Makes tokens of the form of <see cref="AccessToken"/>. Sidecars hold the public key only.</summary>
public sealed class AccessTokenSigner : IDisposable
{
    private static readonly string Header = Encode(Object(json =>
    {
        json.WriteString("alg", AccessToken.Algorithm);
        json.WriteString("typ", AccessToken.Type);
    }));

    // The default would spell '+' as \u002B; nothing here ends up in HTML.
    private static JsonWriterOptions Plain => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ECDsa _key;

    private AccessTokenSigner(ECDsa key) => (_key, PublicKey) = (key, Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The public key as a sidecar's <c>--access-key</c> takes it: SubjectPublicKeyInfo (RFC 5480) in base64, one line. Every injected pod is given it.</summary>
    public string PublicKey { get; }

    /// <summary>A signer with a new key (P-256).</summary>
    public static AccessTokenSigner Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key.</summary>
    /// <exception cref="CryptographicException">It is no key on P-256.</exception>
    /// <exception cref="ArgumentException">It is no PEM.</exception>
    public static AccessTokenSigner FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
                throw new CryptographicException("the key for access tokens is not on P-256");
            return new AccessTokenSigner(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The private key in PEM (PKCS #8).</summary>
    public string ExportKeyPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A token that is valid from now on for <see cref="AccessToken.Lifetime"/>.</summary>
    /// <param name="podUid">The one pod whose sidecar accepts it.</param>
    /// <param name="now">The time.</param>
    /// <param name="scopes">What it permits.</param>
    public string Sign(string podUid, DateTimeOffset now, params IEnumerable<string> scopes)
    {
        var issued = now.ToUnixTimeSeconds();
        var content = Header + "." + Encode(Object(json =>
        {
            json.WriteString("aud", podUid);
            json.WriteNumber("iat", issued);
            json.WriteNumber("exp", issued + (long)AccessToken.Lifetime.TotalSeconds);
            json.WriteString("scope", string.Join(' ', scopes));
        }));
        return content + "." + Encode(_key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static byte[] Object(Action<Utf8JsonWriter> content)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
