using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Reads client certificates.</summary>
internal static class ClientCertificate
{
    /// <summary>Certificate, intermediates that may follow it, and RSA or EC key, all in PEM.</summary>
    /// <exception cref="KubeConfigException">They cannot be read or do not belong together.</exception>
    public static SslStreamCertificateContext Load(string certificatePem, string keyPem, string origin)
    {
        try
        {
            var intermediates = new X509Certificate2Collection();
            intermediates.ImportFromPem(certificatePem);
            return SslStreamCertificateContext.Create(LoadLeaf(certificatePem, keyPem), intermediates, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException($"The client certificate and key of {origin} cannot be used: {exception.Message}", exception);
        }
    }

    private static X509Certificate2 LoadLeaf(string certificatePem, string keyPem)
    {
        var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        if (OperatingSystem.IsLinux())
        {
            return certificate;
        }

        // Other platforms' TLS cannot use a key that lives in memory only: a PKCS 12 round trip gives it a home.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
