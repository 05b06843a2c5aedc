using System.Net;
using System.Net.Security;
using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Makes the HTTP handler of a client: its trust, its certificate, and pings that notice a dead connection under a silent watch.</summary>
internal static class ApiHandler
{
    public static SocketsHttpHandler Create(KubernetesClientConfiguration configuration, KubernetesClientOptions options, SslStreamCertificateContext? certificate)
    {
        var tls = TlsOptions(configuration, certificate);
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // New connections see rotated certificates and new addresses; streams that are open go on.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectCallback = NamedTlsDialer.Serves(configuration)
                ? new NamedTlsDialer(tls, configuration.TlsServerName!, configuration.ConnectCallback).ConnectAsync
                : configuration.ConnectCallback,
            SslOptions = tls,
        };
        if (configuration.Proxy is not null)
        {
            handler.Proxy = ProxyOf(configuration.Proxy);
        }
        else if (configuration.ConnectCallback is not null)
        {
            handler.UseProxy = false;
        }

        return handler;
    }

    // http, https and socks5; user and password may stand in the address.
    private static WebProxy ProxyOf(Uri address)
    {
        var proxy = new WebProxy(address);
        if (address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(rest.FirstOrDefault("")));
        }

        return proxy;
    }

    private static SslClientAuthenticationOptions TlsOptions(KubernetesClientConfiguration configuration, SslStreamCertificateContext? certificate)
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = certificate };
        if (configuration.SkipTlsVerify)
        {
#pragma warning disable CA5359 // the user wrote insecure-skip-tls-verify: true
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (configuration.Trust is { } trust)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Validate(certificate, chain, errors);
        }

        return options;
    }
}
