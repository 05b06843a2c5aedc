using System.Net.Http.Headers;
using System.Net.Security;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A bearer token in a file that somebody rotates: read again after a minute (client-go's period) and after every 401.</summary>
/// <param name="path">The file.</param>
/// <param name="timeProvider">Clock.</param>
/// <param name="clientCertificate">Client certificate that goes with it, or null.</param>
public sealed class TokenFileCredential(string path, TimeProvider timeProvider, SslStreamCertificateContext? clientCertificate = null) : ICredentialSource
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Credential? _current;
    private long _readAt;

    /// <inheritdoc/>
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_current is null || timeProvider.GetElapsedTime(_readAt) >= s_period)
            {
                _current = Read() ?? _current ?? throw new KubeConfigException($"The token file {path} is missing, unreadable or empty.");
                _readAt = timeProvider.GetTimestamp();
            }

            return new(_current);
        }
    }

    /// <inheritdoc/>
    public bool Invalidate(Credential refused)
    {
        lock (_gate)
        {
            if (Read() is { } fresh && fresh != _current)
            {
                _current = fresh;
                _readAt = timeProvider.GetTimestamp();
            }

            return _current is not null && _current != refused;
        }
    }

    // The kubelet swaps a symbolic link; for an instant there may be no file. The last token serves until it is back.
    private Credential? Read()
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            return token.Length == 0 ? null : new Credential(new AuthenticationHeaderValue("Bearer", token), clientCertificate);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
