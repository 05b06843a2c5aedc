using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Access;

namespace KafkaMesh.Operator.Certificates;

/// <summary>
/// The authorities of the Secret: the current one and, during a rotation, its predecessor. Both are published before
/// anyone serves with the new one, so that no admission fails in between. Beside them the key of access tokens, which is
/// not rotated: its public half is in the environment of running pods.
/// </summary>
internal sealed record AuthorityBundle(CertificateAuthority Current, CertificateAuthority? Previous, AccessTokenSigner? Access = null)
{
    private const string AccessKey = "access.key";
    private const string CertificateKey = "ca.crt";
    private const string PrivateKey = "ca.key";
    private const string PreviousCertificateKey = "previous.crt";
    private const string PreviousPrivateKey = "previous.key";

    /// <summary>All certificates in PEM: the webhook's caBundle.</summary>
    public string Pem => Current.CertificatePem + Previous?.CertificatePem;

    /// <summary>A new current authority; today's becomes the predecessor.</summary>
    public AuthorityBundle Rotate(DateTimeOffset now) => new(CertificateAuthority.Create(now), Current, Access);

    /// <summary>Reads the data of a Secret.</summary>
    /// <returns>Null when it holds no usable authority: then a new one is made.</returns>
    public static AuthorityBundle? FromSecretData(JsonObject? data)
    {
        var current = Read(data, CertificateKey, PrivateKey);
        return current is null ? null : new AuthorityBundle(current, Read(data, PreviousCertificateKey, PreviousPrivateKey), ReadAccess(data));
    }

    /// <summary>The data of the Secret.</summary>
    public JsonObject ToSecretData()
    {
        var data = new JsonObject { [CertificateKey] = Encode(Current.CertificatePem), [PrivateKey] = Encode(Current.ExportKeyPem()) };
        if (Previous is not null)
        {
            data[PreviousCertificateKey] = Encode(Previous.CertificatePem);
            data[PreviousPrivateKey] = Encode(Previous.ExportKeyPem());
        }
        if (Access is not null)
            data[AccessKey] = Encode(Access.ExportKeyPem());
        return data;
    }

    private static CertificateAuthority? Read(JsonObject? data, string certificate, string key)
    {
        try
        {
            return data?[certificate] is { } c && data[key] is { } k
                ? CertificateAuthority.FromPem(Decode(c), Decode(k))
                : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null; // Someone else's bytes under our key: as good as no authority.
        }
    }

    private static AccessTokenSigner? ReadAccess(JsonObject? data)
    {
        try
        {
            return data?[AccessKey] is { } key ? AccessTokenSigner.FromPem(Decode(key)) : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null; // As above: a new one is made.
        }
    }

    private static string Decode(JsonNode value) => Encoding.UTF8.GetString(Convert.FromBase64String(value.GetValue<string>()));

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
