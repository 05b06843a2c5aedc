using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>A broker whose machine vanishes: nothing comes back any more, not even a reset. The kernel's timers are shortened inside the pod.</summary>
public sealed class HalfOpenPeerTests
{
    [Fact]
    public void Broker_VanishesWhileIdle_ClientIsResetByKeepAlive()
    {
        using var pods = new PodPair();
        ShortenTimers(pods);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init").ExitCode);
        using ProxyProcess sidecar = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        using Socket client = PodPair.Connect(pods.Pod, PodPair.PeerV4, 9092);
        using Socket broker = Exchange(client, listener);
        Vanish(pods);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        AwaitNoneOpen(pods);
    }

    /// <summary>The pod's timers are those of the kernel, two hours: the kernel's own account of the sidecar's sockets, which tells when it will probe.</summary>
    /// <param name="flags">Of the sidecar.</param>
    /// <param name="timer">As ss prints it, a little less than what was asked for.</param>
    [Theory]
    [InlineData("", "timer:\\(keepalive,(1min|2min|[0-9]{2}sec)")]
    [InlineData("--keepalive-idle 50", "timer:\\(keepalive,[0-9.]+m?sec")]
    [InlineData("--keepalive-idle 0", "timer:\\(keepalive,1[0-9]{2}min")]
    public void Sidecar_SilentConnection_ProbesBothPeersInTime(string flags, string timer)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init").ExitCode);
        using ProxyProcess sidecar = KafkaPods.StartSidecar(pods, "0", flags.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        using Socket client = PodPair.Connect(pods.Pod, PodPair.PeerV4, 9092);
        using Socket broker = Exchange(client, listener);
        (int exitCode, string output, string error) = pods.InPod("ss", "-Htnop", "state", "established");
        Assert.True(exitCode == 0, error);
        string[] sockets = [.. output.Split('\n').Where(line => line.Contains($"pid={sidecar.Id},", StringComparison.Ordinal))];
        Assert.Equal(2, sockets.Length);
        Assert.All(sockets, line => Assert.Matches(timer, line));
    }

    [Fact]
    public void Broker_VanishesAndClientGoesAway_ConnectionIsReleased()
    {
        using var pods = new PodPair();
        ShortenTimers(pods);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init").ExitCode);
        using ProxyProcess sidecar = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        using Socket client = PodPair.Connect(pods.Pod, PodPair.PeerV4, 9092);
        using Socket broker = Exchange(client, listener);
        Vanish(pods);
        client.SendAll("request without an answer"u8);
        client.Dispose();
        AwaitNoneOpen(pods);
    }

    /// <summary>A half-closed connection has no time limit of its own: keep-alive ends it also while it waits for the other half.</summary>
    /// <param name="brokerEnds">Who had ended its half: the broker, or the client.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Broker_VanishesFromAHalfClosedConnection_NothingIsLeft(bool brokerEnds)
    {
        using var pods = new PodPair();
        ShortenTimers(pods);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init").ExitCode);
        using ProxyProcess sidecar = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        int before = Sockets(sidecar);
        using Socket client = PodPair.Connect(pods.Pod, PodPair.PeerV4, 9092);
        using Socket broker = Ask(client, listener);
        (Socket ending, Socket other) = brokerEnds ? (broker, client) : (client, broker);
        ending.Shutdown(SocketShutdown.Send);
        Assert.Empty(other.ReceiveToEnd());
        Vanish(pods);
        AwaitNoneOpen(pods);
        AssertNothingIsLeft(pods, sidecar, before);
    }

    [Fact]
    public void Client_VanishesFromAHalfClosedConnection_NothingIsLeft()
    {
        using var pods = new PodPair();
        ShortenTimers(pods);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "inbound").ExitCode);
        using ProxyProcess sidecar = KafkaPods.StartSidecar(pods, "0");
        using Socket listener = PodPair.Listen(pods.Pod, 9092);
        int before = Sockets(sidecar);
        using Socket client = PodPair.Connect(pods.Peer, PodPair.PodV4, 9092);
        using Socket broker = Ask(client, listener);
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(broker.ReceiveToEnd());
        Vanish(pods);
        AwaitNoneOpen(pods);
        AssertNothingIsLeft(pods, sidecar, before);
    }

    /// <summary>A request that is never answered.</summary>
    private static Socket Ask(Socket client, Socket listener)
    {
        Socket broker = listener.Accept();
        byte[] request = Wire.Fetch(1);
        client.SendAll(request);
        Assert.Equal(request, broker.ReceiveExactly(request.Length));
        return broker;
    }

    private static void AssertNothingIsLeft(PodPair pods, ProxyProcess sidecar, int before)
    {
        string metrics = KafkaPods.Admin(pods, "/metrics");
        Assert.Contains("kafkamesh_requests_total{", metrics, StringComparison.Ordinal);
        Assert.DoesNotMatch("kafkamesh_requests_in_flight{[^}]*} [^0]", metrics);
        Assert.Matches("kafkamesh_requests_unanswered_total{[^}]*reason=\"closed\"[^}]*} 1\n", metrics);
        KafkaPods.Await(() => Sockets(sidecar) <= before, "a socket of the connection is still open");
    }

    private static int Sockets(ProxyProcess sidecar) => Directory.GetFileSystemEntries($"/proc/{sidecar.Id}/fd")
        .Count(descriptor => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static Socket Exchange(Socket client, Socket listener)
    {
        Socket broker = listener.Accept();
        client.SendAll("ping"u8);
        Assert.Equal("ping"u8, broker.ReceiveExactly(4));
        broker.SendAll("pong"u8);
        Assert.Equal("pong"u8, client.ReceiveExactly(4));
        return broker;
    }

    private static void ShortenTimers(PodPair pods)
    {
        foreach ((string name, int value) in new[] { ("keepalive_time", 1), ("keepalive_intvl", 1), ("keepalive_probes", 2), ("retries2", 2) })
        {
            Assert.Equal(0, pods.InPod("sh", "-c", $"echo {value} > /proc/sys/net/ipv4/tcp_{name}").ExitCode);
        }
    }

    private static void Vanish(PodPair pods) => Assert.Equal(
        0,
        PodPair.Run(
            "nsenter", $"--net=/run/netns/{pods.Peer}", "nft", "add table inet gone; add chain inet gone input { type filter hook input priority 0; policy drop; }").ExitCode);

    private static void AwaitNoneOpen(PodPair pods) => KafkaPods.Await(
        () => KafkaPods.Admin(pods, "/metrics").Contains("kafkamesh_relay_connections_open 0\n", StringComparison.Ordinal), "the connection is still open");
}
