using System.Net.Security;
using System.Net.Sockets;
using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>
/// Connects to a server whose certificate carries another name than its address (<c>tls-server-name</c>). SocketsHttpHandler takes that name from
/// the Host header alone, which has to be the address': proxies route by it. A handshake of our own keeps them apart.
/// </summary>
/// <param name="tls">Trust and client certificate.</param>
/// <param name="serverName">The name in the certificate.</param>
/// <param name="connect">Makes the connection below; null: TCP.</param>
internal sealed class NamedTlsDialer(
    SslClientAuthenticationOptions tls, string serverName, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect)
{
    private readonly SslClientAuthenticationOptions _tls = new()
    {
        TargetHost = serverName,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateContext = tls.ClientCertificateContext,
        RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
    };

    /// <summary>Whether it serves a configuration. Behind a proxy the handshake is inside a tunnel that the handler makes: there the Host header has to do.</summary>
    public static bool Serves(KubernetesClientConfiguration configuration) =>
        configuration.TlsServerName is not null
        && configuration.Host.Scheme == Uri.UriSchemeHttps
        && configuration.Proxy is null
        && (configuration.ConnectCallback is not null || HttpClient.DefaultProxy.IsBypassed(configuration.Host) || HttpClient.DefaultProxy.GetProxy(configuration.Host) is null);

    /// <summary>Connects and shakes hands; the handler takes an SslStream as it is.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var stream = new SslStream(await (connect is null ? TcpAsync(context, cancellationToken) : connect(context, cancellationToken)));
        try
        {
            await stream.AuthenticateAsClientAsync(_tls, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<Stream> TcpAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
