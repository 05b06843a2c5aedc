using System.Security.Cryptography.X509Certificates;
using KafkaMesh.Operator.Certificates;

namespace KafkaMesh.Operator.Tests.Certificates;

/// <summary>Writes the files of a certificate as they are in a mounted Secret.</summary>
internal static class MountedFiles
{
    /// <summary>The name that API servers ask for.</summary>
    public const string DnsName = "kafkamesh-operator.kafkamesh-system.svc";

    /// <summary>Writes a new certificate of an authority.</summary>
    public static X509Certificate2 Write(string directory, CertificateAuthority authority, string dnsName = DnsName)
    {
        var certificate = authority.Issue([dnsName], DateTimeOffset.UtcNow);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "tls.crt"), certificate.ExportCertificatePem());
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(directory, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(directory, "ca.crt"), authority.CertificatePem);
        return certificate;
    }
}
