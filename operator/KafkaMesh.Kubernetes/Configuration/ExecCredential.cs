using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>
/// Credentials from a plug-in (<c>client.authentication.k8s.io</c>): run when needed, one run at a time, kept until they expire or the server
/// answers 401.
/// </summary>
internal sealed class ExecCredential : ICredentialSource, IDisposable
{
    // A token that ends while the request travels is as good as none.
    private static readonly TimeSpan s_leeway = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly KubeConfigExec _exec;
    private readonly KubeConfigCluster _cluster;
    private readonly TimeProvider _timeProvider;
    private readonly X509Certificate2? _staticCertificate;
    private volatile ExecCredentialStatus? _current;

    public ExecCredential(KubeConfigExec exec, KubeConfigCluster cluster, TimeProvider timeProvider, X509Certificate2? certificate)
    {
        if (exec.InteractiveMode == "Always")
        {
            throw new KubeConfigException($"The credential plug-in '{exec.Command}' wants a terminal (interactiveMode: Always), which there is none of here.");
        }

        _exec = exec;
        _cluster = cluster;
        _timeProvider = timeProvider;
        _staticCertificate = certificate;
    }

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate => _current?.ClientCertificate ?? _staticCertificate;

    /// <inheritdoc/>
    public async ValueTask<AuthenticationHeaderValue?> GetAuthorizationAsync(CancellationToken cancellationToken)
    {
        if (_current is { } cached && IsFresh(cached))
        {
            return cached.Authorization;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current is not { } current || !IsFresh(current))
            {
                _current = current = await ExecPlugin.RunAsync(_exec, _cluster, cancellationToken);
            }

            return current.Authorization;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public bool Invalidate()
    {
        _current = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private bool IsFresh(ExecCredentialStatus status) => status.Expiration is null || status.Expiration - s_leeway > _timeProvider.GetUtcNow();
}
