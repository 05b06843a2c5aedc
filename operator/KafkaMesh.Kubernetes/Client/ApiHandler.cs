using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Makes the HTTP handler of a client: its trust, its certificate, and pings that notice a dead connection under a silent watch.</summary>
internal static class ApiHandler
{
    public static SocketsHttpHandler Create(KubernetesClientConfiguration configuration)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // New connections see rotated certificates and new addresses; streams that are open go on.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
            // The values of Go's HTTP/2 transport as Kubernetes' own clients set it.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectCallback = configuration.ConnectCallback,
            SslOptions = TlsOptions(configuration),
        };
        if (configuration.Proxy is not null)
        {
            handler.Proxy = new WebProxy(configuration.Proxy);
        }
        else if (configuration.ConnectCallback is not null)
        {
            handler.UseProxy = false;
        }

        return handler;
    }

    private static SslClientAuthenticationOptions TlsOptions(KubernetesClientConfiguration configuration)
    {
        var options = new SslClientAuthenticationOptions
        {
            // Asked per connection, since a credential plug-in may return a new one.
            LocalCertificateSelectionCallback = (_, _, _, _, _) => configuration.ClientCertificate!,
        };
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
