using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Operator.Certificates;

/// <summary>A certificate authority of our own (EC P-256): the API server trusts it through the webhook's caBundle and nothing else does.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>Life of an authority.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>Life of a serving certificate.</summary>
    public static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(7);

    // Clocks of API server and operator may differ.
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The certificate in PEM, ready for a caBundle.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Begin of validity.</summary>
    public DateTimeOffset NotBefore => new(_certificate.NotBefore.ToUniversalTime());

    /// <summary>End of validity.</summary>
    public DateTimeOffset NotAfter => new(_certificate.NotAfter.ToUniversalTime());

    /// <summary>When it should be replaced: after two thirds of its life.</summary>
    public DateTimeOffset RenewAt => NotAfter - (Lifetime / 3);

    /// <summary>SHA-256 of the certificate, in hexadecimal digits.</summary>
    public string Fingerprint => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Makes a new authority with a random serial number.</summary>
    public static CertificateAuthority Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=kafkamesh-webhook-ca-{now.ToUnixTimeSeconds()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - Backdate, now + Lifetime));
    }

    /// <summary>Reads an authority.</summary>
    /// <exception cref="CryptographicException">Certificate or key cannot be read, or do not belong together.</exception>
    public static CertificateAuthority FromPem(string certificatePem, string keyPem) => new(X509Certificate2.CreateFromPem(certificatePem, keyPem));

    /// <summary>The private key in PEM (PKCS #8).</summary>
    public string ExportKeyPem()
    {
        using var key = _certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("the authority has no EC key");
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>Issues a serving certificate.</summary>
    /// <param name="dnsNames">Names of the service; the first becomes the subject.</param>
    /// <param name="now">The time.</param>
    /// <returns>Certificate with its private key, valid for <see cref="LeafLifetime"/>.</returns>
    public X509Certificate2 Issue(IReadOnlyList<string> dnsNames, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsNames[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var end = now + LeafLifetime < NotAfter ? now + LeafLifetime : NotAfter;

        // A replica whose clock is behind that of the one that made the authority: a certificate cannot begin before its issuer.
        var begin = now - Backdate > NotBefore ? now - Backdate : NotBefore;
        using var bare = request.Create(_certificate, begin, end, RandomNumberGenerator.GetBytes(16));
        return bare.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();
}
