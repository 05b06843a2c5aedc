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

    /// <summary>
    /// What passes through another sidecar comes from a loopback address of its choice (Istio's passthrough takes 127.0.0.6) to the address that was called.
    /// </summary>
    [Fact]
    public void ConnectionsAndTap_FromLoopbackToThePodsAddress_AreRefused()
    {
        using var pods = new PodPair();
        using ProxyProcess proxy = Start(pods);
        IPAddress passthrough = IPAddress.Parse("127.0.0.6");
        Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Pod, PodPair.PodV4, "/tap", null, passthrough));
        Assert.Equal("HTTP/1.1 401 Unauthorized", Ask(pods.Pod, PodPair.PodV4, "/connections", null, passthrough));
        Assert.Contains("HTTP/1.1 429 Too Many Requests", Enumerable.Range(0, 100).Select(_ => Ask(pods.Pod, PodPair.PodV4, "/stats", null, passthrough)));
        Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Pod, PodPair.PodV4, "/readyz", null, passthrough));
        Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Pod, IPAddress.Loopback, "/tap", null, passthrough));
        Assert.Equal("HTTP/1.1 200 OK", Ask(pods.Pod, IPAddress.Loopback, "/connections", null, IPAddress.Parse("127.9.9.9")));
    }

    private static ProxyProcess Start(PodPair pods, params string[] flags) =>
        ProxyProcess.Start(["nsenter", $"--net=/run/netns/{pods.Pod}"], ["run", "--drain-timeout", "0", .. flags]);

    /// <summary>The status line; the body of a tap would never end.</summary>
    private static string Ask(string from, IPAddress pod, string path, string? token, IPAddress? source = null)
    {
        using Socket client = PodPair.Connect(from, pod, 4594, source);
        string authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        client.SendAll(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: pod\r\n{authorization}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(new NetworkStream(client), Encoding.ASCII);
        return reader.ReadLine() ?? "";
    }
}
