using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>Real redirect, real process, real traffic between two network namespaces, as in a pod.</summary>
public sealed class TransparentModeTests
{
    [Theory]
    [InlineData("iptables", "nft")]
    [InlineData("iptables", "legacy")]
    [InlineData("ip6tables", "nft")]
    [InlineData("iptables", "native")]
    [InlineData("ip6tables", "native")]
    public void Outbound_ClientConnectsToBroker_GoesThroughTheSidecar(string program, string backend)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--backend", backend).ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        using Socket untouched = PodPair.Listen(pods.Peer, 9093);
        IPAddress peer = program == "iptables" ? PodPair.PeerV4 : PodPair.PeerV6;

        using Socket client = PodPair.Connect(pods.Pod, peer, 9092);
        using Socket broker = listener.Accept();
        Assert.Equal(program == "iptables" ? PodPair.PodV4 : PodPair.PodV6, Unmapped(((IPEndPoint)broker.RemoteEndPoint!).Address));
        client.SendAll("request"u8);
        Assert.Equal("request"u8, broker.ReceiveExactly(7));
        broker.SendAll("response"u8);
        Assert.Equal("response"u8, client.ReceiveExactly(8));
        using Socket direct = PodPair.Connect(pods.Pod, peer, 9093);

        Assert.Equal(1, CapturedConnections(pods, program, backend));
        string metrics = KafkaPods.Admin(pods, "/metrics");
        Assert.Contains("kafkamesh_relay_connections_open 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_relay_bytes_total{direction=\"outbound\",flow=\"request\"} 7\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_relay_bytes_total{direction=\"outbound\",flow=\"response\"} 8\n", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nft")]
    [InlineData("legacy")]
    [InlineData("native")]
    public void Inbound_PeerConnectsToPod_GoesThroughTheSidecar(string backend)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "inbound", "--backend", backend).ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Pod, 9092);
        using Socket untouched = PodPair.Listen(pods.Pod, 9093);
        using Socket remote = PodPair.Listen(pods.Peer, 9092);
        foreach ((IPAddress pod, IPAddress peer) in new[] { (PodPair.PodV4, PodPair.PeerV4), (PodPair.PodV6, PodPair.PeerV6) })
        {
            using Socket client = PodPair.Connect(pods.Peer, pod, 9092);
            using Socket broker = listener.Accept();
            client.SendAll("request"u8);
            Assert.Equal("request"u8, broker.ReceiveExactly(7));
            broker.SendAll("response"u8);
            Assert.Equal("response"u8, client.ReceiveExactly(8));

            // Another port, the pod's own connections to itself, and what it opens: all direct.
            using Socket other = PodPair.Connect(pods.Peer, pod, 9093);
            Assert.Equal(peer, RemoteOf(untouched));
            using Socket own = PodPair.Connect(pods.Pod, pod, 9092);
            Assert.Equal(pod, RemoteOf(listener));
            using Socket outbound = PodPair.Connect(pods.Pod, peer, 9092);
            Assert.Equal(pod, RemoteOf(remote));
        }

        string metrics = KafkaPods.Admin(pods, "/metrics");
        Assert.Contains("kafkamesh_relay_bytes_total{direction=\"inbound\",flow=\"request\"} 14\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_relay_bytes_total{direction=\"inbound\",flow=\"response\"} 16\n", metrics, StringComparison.Ordinal);
        foreach (string program in new[] { "iptables", "ip6tables" })
        {
            Assert.Equal(1, CapturedConnections(pods, program, backend));
        }

        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "cleanup").ExitCode);
        using Socket direct = PodPair.Connect(pods.Peer, PodPair.PodV4, 9092);
        Assert.Equal(PodPair.PeerV4, RemoteOf(listener));
    }

    /// <summary>Off the loopback interface no address but IPv6, as in a cluster of that family.</summary>
    [Fact]
    public void BothDirections_PodWithIPv6Only_GoThroughTheSidecar()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("ip", "-4", "address", "flush", "dev", "eth0").ExitCode);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "both").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        foreach ((string from, string to, IPAddress address) in new[] { (pods.Pod, pods.Peer, PodPair.PeerV6), (pods.Peer, pods.Pod, PodPair.PodV6) })
        {
            using Socket listener = PodPair.Listen(to, 9092);
            using Socket client = PodPair.Connect(from, address, 9092);
            using Socket broker = listener.Accept();
            client.SendAll("request"u8);
            Assert.Equal("request"u8, broker.ReceiveExactly(7));
            broker.SendAll("response"u8);
            Assert.Equal("response"u8, client.ReceiveExactly(8));
        }

        string metrics = KafkaPods.Admin(pods, "/metrics");
        Assert.Contains("kafkamesh_relay_bytes_total{direction=\"outbound\",flow=\"response\"} 8\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_relay_bytes_total{direction=\"inbound\",flow=\"response\"} 8\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void Outbound_NobodyListens_ClientIsReset()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        using Socket client = PodPair.Connect(pods.Pod, PodPair.PeerV4, 9092);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
    }

    [Fact]
    public void Accept_LoopOrNotRedirected_IsResetWithOneWarning()
    {
        using var pods = new PodPair();
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        Assert.Equal(0, pods.InPod("iptables-nft", "-t", "nat", "-A", "OUTPUT", "-d", PodPair.PeerV4.ToString(), "-p", "tcp", "--dport", "4592", "-j", "REDIRECT", "--to-ports", "4591").ExitCode);
        for (int i = 0; i < 3; i++)
        {
            using Socket loop = PodPair.Connect(pods.Pod, PodPair.PeerV4, 4592);
            Assert.Equal(SocketError.ConnectionReset, loop.ReceiveError());
            using Socket stranger = PodPair.Connect(pods.Peer, PodPair.PodV4, 4591);
            Assert.Equal(SocketError.ConnectionReset, stranger.ReceiveError());
        }

        string metrics = KafkaPods.Admin(pods, "/metrics");
        Assert.Contains("kafkamesh_relay_connections_refused_total{reason=\"loop\"} 3\n", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_relay_connections_refused_total{reason=\"not_redirected\"} 3\n", metrics, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Stop());
        Assert.Equal(2, proxy.Output.Count(line => line.Contains("WRN Refused", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("10.99.0.2")]
    [InlineData("fd99::2")]
    public void Outbound_RedirectDoesNotSpareTheSidecarsUid_IsRefusedAsLoop(string broker)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--proxy-uid", "4093").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        using Socket client = PodPair.Connect(pods.Pod, IPAddress.Parse(broker), 9092);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Contains("kafkamesh_relay_connections_refused_total{reason=\"loop\"} 1\n", KafkaPods.Admin(pods, "/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, proxy.Stop());
        Assert.Single(proxy.Output, line => line.Contains("a uid that the redirect does not spare", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10.99.0.1")]
    [InlineData("fd99::1")]
    public void Inbound_PortThatTheKernelGivesOutAndNobodyListensOn_ClientIsReset(string pod)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "inbound").ExitCode);
        Assert.Equal(0, pods.InPod("sh", "-c", "echo '9092 9092' > /proc/sys/net/ipv4/ip_local_port_range").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "0");
        using Socket client = PodPair.Connect(pods.Peer, IPAddress.Parse(pod), 9092);
        client.SendAll("mine"u8);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
    }

    /// <summary>Packet counter of the redirect rule: the nat table sees the first packet of each connection.</summary>
    private static int CapturedConnections(PodPair pods, string program, string backend)
    {
        if (backend == "native")
        {
            string family = program == "iptables" ? "nfproto ipv4" : "nfproto ipv6";
            string listed = pods.InPod("nft", "list", "table", "inet", "kafkamesh").Out.Split('\n').Single(line => line.Contains(family, StringComparison.Ordinal));
            return int.Parse(listed.Split("counter packets ")[1].Split(' ')[0]);
        }

        string saved = pods.InPod($"{program}-{backend}-save", "-c", "-t", "nat").Out;
        string rule = saved.Split('\n').Single(line => line.Contains("kafkamesh/capture", StringComparison.Ordinal));
        return int.Parse(rule[1..rule.IndexOf(':', StringComparison.Ordinal)]);
    }

    private static IPAddress RemoteOf(Socket listener)
    {
        using Socket accepted = listener.Accept();
        return Unmapped(((IPEndPoint)accepted.RemoteEndPoint!).Address);
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
