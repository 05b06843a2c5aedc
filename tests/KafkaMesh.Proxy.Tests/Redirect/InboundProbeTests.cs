using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>Probes of a captured port, as a kubelet sends them from the node, over a real redirect.</summary>
public sealed class InboundProbeTests
{
    private const string Target = "/probe/tcp?port=9092";

    [Theory]
    [InlineData("nft")]
    [InlineData("native")]
    public void Probe_CapturedPort_TellsWhatAHandshakeDoesNot(string backend)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "both", "--backend", backend).ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0", "--probe-ports", "9092");
        foreach (IPAddress pod in new[] { PodPair.PodV4, PodPair.PodV6 })
        {
            // The sidecar takes the handshake of the redirect, although nobody listens behind it.
            using (Socket lie = PodPair.Connect(pods.Peer, pod, 9092))
            {
                Assert.True(lie.Connected);
            }

            Assert.StartsWith("HTTP/1.1 503 ", Get(pods, pod), StringComparison.Ordinal);
        }

        using Socket application = PodPair.Listen(pods.Pod, 9092);
        long relayed = Accepted(pods);
        foreach (IPAddress pod in new[] { PodPair.PodV4, PodPair.PodV6 })
        {
            KafkaPods.Await(() => Get(pods, pod).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), $"{pod} accepts");
            using Socket probe = application.Accept();
            Assert.Equal(pod, ((IPEndPoint)probe.RemoteEndPoint!).Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : ((IPEndPoint)probe.RemoteEndPoint!).Address);
        }

        // What the sidecar dials for a probe is not captured itself.
        Assert.Equal(relayed, Accepted(pods));
    }

    [Fact]
    public void Probe_ApplicationOnThePodsAddressOnly_IsReached()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "inbound").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0", "--probe-ports", "9092");
        using Socket application = PodPair.Listen(pods.Pod, new IPEndPoint(PodPair.PodV4, 9092));
        Assert.StartsWith("HTTP/1.1 200 ", Get(pods, PodPair.PodV4), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 503 ", Get(pods, PodPair.PodV6), StringComparison.Ordinal);
    }

    [Fact]
    public void HttpProbe_CapturedPort_FailsWhileTheApplicationIsDown()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "inbound").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0", "--probe-ports", "9092");
        using (Socket down = PodPair.Connect(pods.Peer, PodPair.PodV4, 9092))
        {
            Assert.Equal(SocketError.ConnectionReset, down.ReceiveError());
        }

        using Socket application = PodPair.Listen(pods.Pod, 9092);
        using Socket up = PodPair.Connect(pods.Peer, PodPair.PodV4, 9092);
        using Socket served = application.Accept();
        up.SendAll("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8);
        Assert.Equal("GET /healthz"u8, served.ReceiveExactly(12));
        served.SendAll("HTTP/1.1 204 No Content\r\n\r\n"u8);
        Assert.Equal("HTTP/1.1 204"u8, up.ReceiveExactly(12));
    }

    [Fact]
    public void Probe_PortThatTheKernelGivesOut_IsNotAnsweredByItself()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("sh", "-c", "echo '9092 9092' > /proc/sys/net/ipv4/ip_local_port_range").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0", "--probe-ports", "9092");
        Assert.StartsWith("HTTP/1.1 503 ", Get(pods, PodPair.PodV4), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 503 ", Get(pods, PodPair.PodV6), StringComparison.Ordinal);
    }

    private static string Get(PodPair pods, IPAddress pod)
    {
        using Socket client = PodPair.Connect(pods.Peer, pod, 4594);
        client.SendAll(Encoding.ASCII.GetBytes($"GET {Target} HTTP/1.0\r\n\r\n"));
        return Encoding.UTF8.GetString(client.ReceiveToEnd());
    }

    private static long Accepted(PodPair pods) => KafkaPods.Admin(pods, "/metrics").Split('\n')
        .Where(line => line.StartsWith("kafkamesh_connections_total{", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));
}
