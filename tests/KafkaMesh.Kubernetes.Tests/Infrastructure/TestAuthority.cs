using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>A certificate authority that lives as long as a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;

    /// <param name="issuer">Makes an intermediate authority; null makes a root.</param>
    public TestAuthority(TestAuthority? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=test-ca-{Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var (begin, end) = (DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        if (issuer is null)
        {
            _certificate = request.CreateSelfSigned(begin, end);
        }
        else
        {
            using var unkeyed = request.Create(issuer._certificate, begin.AddSeconds(1), end.AddMinutes(-1), RandomNumberGenerator.GetBytes(8));
            _certificate = unkeyed.CopyWithPrivateKey(key);
        }

        Pem = _certificate.ExportCertificatePem();
    }

    /// <summary>Certificate of the authority.</summary>
    public string Pem { get; }

    /// <summary>Name of the authority.</summary>
    public string Subject => _certificate.Subject;

    /// <summary>A server's certificate for 127.0.0.1, localhost and one more name.</summary>
    public X509Certificate2 IssueServer(string name = "localhost", bool expired = false)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        return Issue($"CN={name}", names, "1.3.6.1.5.5.7.3.1", expired);
    }

    /// <summary>A client's certificate.</summary>
    public X509Certificate2 IssueClient(string user) => Issue($"CN={user},O=testers", names: null, "1.3.6.1.5.5.7.3.2");

    /// <summary>A client's certificate with an EC key, in PEM.</summary>
    public (string Certificate, string Key) IssueEcClient(string user)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={user}", key, HashAlgorithmName.SHA256);
        using var issued = request.Create(_certificate, DateTimeOffset.UtcNow.AddMinutes(-4), DateTimeOffset.UtcNow.AddMinutes(55), RandomNumberGenerator.GetBytes(8));
        return (issued.ExportCertificatePem(), key.ExportECPrivateKeyPem());
    }

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Issue(string subject, SubjectAlternativeNameBuilder? names, string usage, bool expired = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        var serial = RandomNumberGenerator.GetBytes(8);
        using var issuerKey = _certificate.GetECDsaPrivateKey()!;
        var generator = X509SignatureGenerator.CreateForECDsa(issuerKey);
        var end = DateTimeOffset.UtcNow.AddMinutes(expired ? -1 : 55);
        using var issued = request.Create(_certificate.SubjectName, generator, DateTimeOffset.UtcNow.AddMinutes(-4), end, serial);
        return issued.CopyWithPrivateKey(key);
    }
}
