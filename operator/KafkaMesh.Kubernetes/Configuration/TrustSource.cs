using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Certificate authorities that the API server is checked against, and nothing else; a file is read again every 5 minutes and after a refusal.</summary>
public sealed class TrustSource
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly string? _path;
    private readonly TimeProvider _timeProvider;
    private X509Certificate2Collection _roots;
    private long _readAt;

    private TrustSource(X509Certificate2Collection roots, string? path, TimeProvider timeProvider)
    {
        _roots = roots;
        _path = path;
        _timeProvider = timeProvider;
        _readAt = timeProvider.GetTimestamp();
    }

    /// <summary>Authorities in PEM.</summary>
    /// <param name="pem">One or several certificates.</param>
    /// <param name="origin">Where they come from, for the error message.</param>
    /// <exception cref="KubeConfigException">There is no certificate in it.</exception>
    public static TrustSource FromPem(ReadOnlySpan<byte> pem, string origin) => new(Parse(Encoding.UTF8.GetString(pem), origin), path: null, TimeProvider.System);

    /// <summary>Authorities in a PEM file that somebody may rotate.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeProvider">Clock.</param>
    /// <exception cref="KubeConfigException">The file is missing or holds no certificate.</exception>
    public static TrustSource FromFile(string path, TimeProvider timeProvider) => new(ParseFile(path), path, timeProvider);

    /// <summary>Judges a server's certificate.</summary>
    /// <param name="certificate">What the server showed.</param>
    /// <param name="presentedChain">Chain with the intermediates that the server sent.</param>
    /// <param name="errors">What the platform found; a wrong name is never forgiven.</param>
    public bool Validate(X509Certificate? certificate, X509Chain? presentedChain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return IsSignedBy(Roots(reload: false), leaf, presentedChain) || (_path is not null && IsSignedBy(Roots(reload: true), leaf, presentedChain));
    }

    private static bool IsSignedBy(X509Certificate2Collection roots, X509Certificate2 leaf, X509Chain? presentedChain)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // cluster authorities publish no revocation lists
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1", "serverAuth"));
        foreach (var element in presentedChain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }

    private X509Certificate2Collection Roots(bool reload)
    {
        lock (_gate)
        {
            if (_path is not null && (reload || _timeProvider.GetElapsedTime(_readAt) >= s_period))
            {
                _readAt = _timeProvider.GetTimestamp();
                _roots = TryParseFile(_path) ?? _roots;
            }

            return _roots;
        }
    }

    // A bundle that is being replaced must not cost the connection: the last good one serves.
    private static X509Certificate2Collection? TryParseFile(string path)
    {
        try
        {
            return ParseFile(path);
        }
        catch (KubeConfigException)
        {
            return null;
        }
    }

    private static X509Certificate2Collection ParseFile(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"The certificate authority file {path} cannot be read: {exception.Message}", exception);
        }
    }

    private static X509Certificate2Collection Parse(string pem, string origin)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new KubeConfigException($"The certificate authority in {origin} is not PEM: {exception.Message}", exception);
        }

        return roots.Count > 0 ? roots : throw new KubeConfigException($"There is no certificate in {origin}.");
    }
}
