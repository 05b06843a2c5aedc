using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>Whom the sidecar trusts and who it is, where metrics are pushed by https. Read once, at the start.</summary>
internal sealed class OtlpCertificates
{
    // A bundle of all public authorities has a quarter of a megabyte.
    private const int MaxFileBytes = 1024 * 1024;

    private readonly X509Certificate2Collection? _roots;
    private readonly SslStreamCertificateContext? _client;

    private OtlpCertificates(X509Certificate2Collection? roots, SslStreamCertificateContext? client)
    {
        _roots = roots;
        _client = client;
    }

    /// <summary>Reads the files.</summary>
    /// <param name="roots">Variable and path of the authorities that alone are trusted; null for those of the system.</param>
    /// <param name="certificate">Variable and path of the client's certificate, with those between it and the root behind it; null for none.</param>
    /// <param name="key">Variable and path of its key; there when the certificate is.</param>
    /// <param name="error">What is wrong with which variable, as one sentence's begin without the path; null when nothing is.</param>
    /// <returns>Null when a file is of no use.</returns>
    public static OtlpCertificates? Read(
        (string Variable, string Path)? roots, (string Variable, string Path)? certificate, (string Variable, string Path)? key, out string? error)
    {
        error = null;
        X509Certificate2Collection? trusted = null;
        if (roots is { } root && (trusted = Certificates(root, out error)) is null)
            return null;
        if (certificate is not { } own || key is not { } secret)
            return new OtlpCertificates(trusted, client: null);
        return Certificates(own, out error) is { } chain && Client(chain, secret, out error) is { } client ? new OtlpCertificates(trusted, client) : null;
    }

    /// <summary>For the client of one receiver: the receiver's name must be in its certificate, whoever has signed it.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = _client };
        if (_roots is null)
            return options;
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(_roots);
        return options;
    }

    private static X509Certificate2Collection? Certificates((string Variable, string Path) file, out string? error)
    {
        if (Text(file, out error) is not { } text)
            return null;
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            certificates.Clear();
        }

        if (certificates.Count > 0)
            return certificates;
        error = $"{file.Variable}: the file holds no certificate in PEM";
        return null;
    }

    private static SslStreamCertificateContext? Client(X509Certificate2Collection chain, (string Variable, string Path) key, out string? error)
    {
        if (Text(key, out error) is not { } text)
            return null;
        try
        {
            var own = X509Certificate2.CreateFromPem(chain[0].ExportCertificatePem(), text);
            return SslStreamCertificateContext.Create(own, [.. chain.Skip(1)], offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Not the exception's words: they may quote what is secret.
            error = $"{key.Variable}: the file holds no key, without a password and in PEM, of the first client certificate";
            return null;
        }
    }

    private static string? Text((string Variable, string Path) file, out string? error)
    {
        error = null;
        try
        {
            using FileStream stream = File.OpenRead(file.Path);
            var bytes = new byte[MaxFileBytes];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length < bytes.Length)
                return Encoding.UTF8.GetString(bytes, 0, length);
            error = $"{file.Variable}: the file is longer than a megabyte";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            error = $"{file.Variable}: there is no such file";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = $"{file.Variable}: the file cannot be read";
        }

        return null;
    }
}
