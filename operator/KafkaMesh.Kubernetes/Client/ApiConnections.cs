using System.Net.Security;
using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>
/// The connections to the API server. A TLS connection belongs to the client certificate that it was opened with: when the credential source
/// returns another one, new connections take over. Those before serve what is under way on them until the next change.
/// </summary>
/// <param name="configuration">Where the server is.</param>
/// <param name="options">Pings.</param>
internal sealed class ApiConnections(KubernetesClientConfiguration configuration, KubernetesClientOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private Generation? _current;
    private Generation? _previous;
    private bool _disposed;

    /// <summary>Connections that show this certificate.</summary>
    public HttpMessageInvoker For(SslStreamCertificateContext? certificate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is { } current && ReferenceEquals(current.Certificate, certificate))
            {
                return current.Invoker;
            }

            if (_previous is { } previous && ReferenceEquals(previous.Certificate, certificate))
            {
                return previous.Invoker; // of a request that began before the change
            }

            _previous?.Invoker.Dispose();
            _previous = _current;
            _current = new Generation(certificate, new HttpMessageInvoker(ApiHandler.Create(configuration, options, certificate)));
            return _current.Invoker;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _current?.Invoker.Dispose();
            _previous?.Invoker.Dispose();
        }
    }

    private sealed record Generation(SslStreamCertificateContext? Certificate, HttpMessageInvoker Invoker);
}
