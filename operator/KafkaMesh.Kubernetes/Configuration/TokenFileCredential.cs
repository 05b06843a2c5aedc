using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A bearer token in a file that somebody rotates: read again after a minute (client-go's period) and after every 401.</summary>
/// <param name="path">The file.</param>
/// <param name="timeProvider">Clock.</param>
/// <param name="clientCertificate">Client certificate that goes with it, or null.</param>
public sealed class TokenFileCredential(string path, TimeProvider timeProvider, X509Certificate2? clientCertificate = null) : ICredentialSource
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private AuthenticationHeaderValue? _header;
    private long _readAt;

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate { get; } = clientCertificate;

    /// <inheritdoc/>
    public ValueTask<AuthenticationHeaderValue?> GetAuthorizationAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_header is null || timeProvider.GetElapsedTime(_readAt) >= s_period)
            {
                _header = Read() ?? _header ?? throw new KubeConfigException($"The token file {path} is missing, unreadable or empty.");
                _readAt = timeProvider.GetTimestamp();
            }

            return new(_header);
        }
    }

    /// <inheritdoc/>
    public bool Invalidate()
    {
        lock (_gate)
        {
            var fresh = Read();
            if (fresh is null || fresh.Equals(_header))
            {
                return false;
            }

            _header = fresh;
            _readAt = timeProvider.GetTimestamp();
            return true;
        }
    }

    // The kubelet swaps a symbolic link; for an instant there may be no file. The last token serves until it is back.
    private AuthenticationHeaderValue? Read()
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            return token.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", token);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
