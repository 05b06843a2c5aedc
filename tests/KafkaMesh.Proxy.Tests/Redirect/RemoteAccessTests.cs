using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>Callers from another network namespace, as from another pod: the real process, the real addresses.</summary>
public sealed class RemoteAccessTests
{
    [Fact]
    public void ConnectionsAndTap_FromOutside_AnswerTheOperatorsTokenOnly()
    {
        using var pods = new PodPair();
        using var signer = AccessTokenSigner.Create();
        using var stranger = AccessTokenSigner.Create();
        using ProxyProcess proxy = Start(pods, "--pod-uid", "0b1e-uid", "--access-key", signer.PublicKey);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string good = signer.Sign("0b1e-uid", now, AccessToken.ConnectionsScope, AccessToken.TapScope);
        foreach (IPAddress pod in new[] { PodPair.PodV4, PodPair.PodV6 })
        {
            Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Peer, pod, "/connections", null));
            Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Peer, pod, "/tap", null));
            Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Peer, pod, "/connections", good));
            Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Peer, pod, "/tap", good));
            Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Peer, pod, "/connections", stranger.Sign("0b1e-uid", now, AccessToken.ConnectionsScope)));
            Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Peer, pod, "/connections", signer.Sign("another-uid", now, AccessToken.ConnectionsScope)));
            Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Peer, pod, "/connections", signer.Sign("0b1e-uid", now.AddSeconds(-61), AccessToken.ConnectionsScope)));
            Assert.Equal("HTTP/1.1 403 Forbidden", Ask(pods.Peer, pod, "/tap", signer.Sign("0b1e-uid", now, AccessToken.ConnectionsScope)));
            Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Peer, pod, "/metrics", null));
            Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Peer, pod, "/stats", null));

            // Its own address from within the pod is no loopback address: whoever shares the network of a host may have it too.
            Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Pod, pod, "/connections", null));
        }

        Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Pod, IPAddress.Loopback, "/connections", null));
        Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Pod, IPAddress.IPv6Loopback, "/tap", null));
    }

    [Fact]
    public void Connections_SidecarWithoutKey_AnswersLoopbackOnly()
    {
        using var pods = new PodPair();
        using var signer = AccessTokenSigner.Create();
        using ProxyProcess proxy = Start(pods);
        Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Peer, PodPair.PodV4, "/connections", signer.Sign("", DateTimeOffset.UtcNow, AccessToken.ConnectionsScope)));
        Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Pod, IPAddress.Loopback, "/connections", null));
    }

    private static ProxyProcess Start(PodPair pods, params string[] flags) =>
        ProxyProcess.Start(["nsenter", $"--net=/run/netns/{pods.Pod}"], ["run", "--drain-timeout", "0", .. flags]);

    /// <summary>The status line; the body of a tap would never end.</summary>
    private static string Ask(string from, IPAddress pod, string path, string? token)
    {
        using Socket client = PodPair.Connect(from, pod, 4594);
        string authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        client.SendAll(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: pod\r\n{authorization}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(new NetworkStream(client), Encoding.ASCII);
        return reader.ReadLine() ?? "";
    }
}
