using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Operator.Certificates;

/// <summary>
/// A serving certificate that somebody else keeps in files, as cert-manager does in a Secret that is mounted:
/// <c>tls.crt</c> (with intermediate certificates behind it), <c>tls.key</c> and <c>ca.crt</c>.
/// </summary>
/// <param name="Certificate">The certificate with its private key.</param>
/// <param name="Intermediates">What stands between it and the authority; sent along in the handshake.</param>
/// <param name="AuthorityPem">The issuing authority in PEM, ready for a caBundle.</param>
/// <param name="AuthorityEnd">When the first certificate of the authority ends.</param>
internal sealed record MountedCertificate(X509Certificate2 Certificate, X509Certificate2Collection Intermediates, string AuthorityPem, DateTimeOffset AuthorityEnd)
{
    // A Secret holds at most 1 MiB; a chain has a few KiB.
    private const int MaxFileBytes = 256 * 1024;

    /// <summary>Ready for handshakes.</summary>
    public SslStreamCertificateContext ToContext() => SslStreamCertificateContext.Create(Certificate, Intermediates, offline: true);

    /// <summary>Reads and checks the files.</summary>
    /// <param name="directory">Where they are.</param>
    /// <param name="dnsName">The name that API servers ask for.</param>
    /// <exception cref="CertificateFileException">A file is missing, or what they hold would fail every admission.</exception>
    public static MountedCertificate Read(string directory, string dnsName)
    {
        var chain = Import(directory, "tls.crt");
        var authority = Import(directory, "ca.crt");
        var certificate = WithKey(chain[0], directory);
        if (!certificate.MatchesHostname(dnsName))
            throw new CertificateFileException($"{directory}/tls.crt is not for {dnsName}, by which API servers call: add it to the certificate's dnsNames");
        if (!IsIssuedBy(certificate, chain, authority))
            throw new CertificateFileException($"{directory}/tls.crt was not issued by the authority in ca.crt: API servers would refuse it");
        chain.RemoveAt(0);
        return new MountedCertificate(certificate, chain, authority.ExportCertificatePems() + "\n", authority.Min(c => new DateTimeOffset(c.NotAfter.ToUniversalTime())));
    }

    private static X509Certificate2Collection Import(string directory, string file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(ReadText(directory, file));
        }
        catch (CryptographicException error)
        {
            throw new CertificateFileException($"{directory}/{file} is no certificate in PEM: {error.Message}", error);
        }
        if (certificates.Count == 0)
            throw new CertificateFileException($"{directory}/{file} holds no certificate: it takes an issuer that gives one (ACME gives no ca.crt)");
        return certificates;
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, string directory)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), ReadText(directory, "tls.key"));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException($"{directory}/tls.key is not the key of tls.crt: {error.Message}", error);
        }
    }

    /// <summary>
    /// Whether a certificate leads to an authority. Whether it is valid now is left to those who are asked to trust it: clocks
    /// differ, and an expired one cannot be bettered here.
    /// </summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="chain">Certificates between them.</param>
    /// <param name="authority">The authority.</param>
    public static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection authority)
    {
        using var builder = new X509Chain();
        var policy = builder.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authority);
        policy.ExtraStore.AddRange(chain);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return builder.Build(certificate);
    }

    private static string ReadText(string directory, string file)
    {
        var path = Path.Combine(directory, file);
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw new CertificateFileException($"{path} is larger than {MaxFileBytes} bytes: that is no certificate");
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFileException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
