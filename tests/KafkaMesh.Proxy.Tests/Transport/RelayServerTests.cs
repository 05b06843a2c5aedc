using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Transport;

[Collection(AloneCollection.Name)]
public sealed class RelayServerTests
{
    private readonly RecordingObservers _observers = new();

    [Fact]
    public void Relay_TwoThousandInSequence_NoDescriptorIsLeft()
    {
        using var rig = new RelayRig(_observers, loops: 2);
        PingPong(rig);
        AwaitNoConnection(rig);
        int before = OpenDescriptors();
        for (int i = 0; i < 2000; i++)
        {
            PingPong(rig);
        }

        AwaitNoConnection(rig);
        Assert.InRange(OpenDescriptors(), 0, before);
        Assert.Equal(2001, _observers.All.Count);
    }

    [Fact]
    public async Task Relay_FiveHundredAtOnce_AllAreServedAndSpreadOverTheLoops()
    {
        using var rig = new RelayRig(_observers, loops: 2);
        int before = OpenDescriptors();
        Socket[] brokers = new Socket[500];
        Socket[] clients = new Socket[500];
        for (int i = 0; i < clients.Length; i++)
        {
            (clients[i], brokers[i]) = rig.Pair();
        }

        await Task.WhenAll(clients.Select((client, i) => Task.Run(() => client.SendAll(BitConverter.GetBytes(i)))));
        await Task.WhenAll(brokers.Select(broker => Task.Run(() => broker.SendAll(broker.ReceiveExactly(4)))));
        for (int i = 0; i < clients.Length; i++)
        {
            Assert.Equal(i, BitConverter.ToInt32(clients[i].ReceiveExactly(4)));
        }

        Assert.Equal(500, rig.Server.Counters.Open);
        Assert.Equal([250, 250], _observers.All.GroupBy(observer => observer.Connection.Loop).Select(loop => loop.Count()));
        foreach (Socket socket in clients.Concat(brokers))
        {
            socket.Dispose();
        }

        AwaitNoConnection(rig);
        Assert.InRange(OpenDescriptors(), 0, before);
    }

    [Fact]
    public void Relay_ResetStorm_NoDescriptorIsLeft()
    {
        using var rig = new RelayRig(_observers);
        int before = OpenDescriptors();
        for (int i = 0; i < 300; i++)
        {
            rig.Connect().Reset();
        }

        // The broker may or may not have been dialled; what arrived there is taken and closed.
        PingPong(rig);
        AwaitNoConnection(rig);
        Assert.InRange(OpenDescriptors(), 0, before);
        Assert.All(_observers.All, observer => Assert.True(observer.End.IsCompleted));
    }

    [Fact]
    public void Accept_LimitReached_ResetsCountsAndGoesOn()
    {
        using var rig = new RelayRig(_observers, maxConnections: 2);
        (Socket first, Socket firstBroker) = rig.Pair();
        (Socket second, _) = rig.Pair();
        using Socket third = rig.Connect();
        Assert.Equal(SocketError.ConnectionReset, third.ReceiveError());
        Assert.Equal(1, rig.Server.Counters.Refused(RefusalReason.Limit));

        first.Dispose();
        firstBroker.Dispose();
        Assert.True(SpinWait.SpinUntil(() => rig.Server.Counters.Open == 1, RelayRig.Deadline));
        (Socket fourth, Socket broker) = rig.Pair();
        fourth.SendAll("x"u8);
        Assert.Equal("x"u8, broker.ReceiveExactly(1));
        second.Dispose();
    }

    [Fact]
    public void CloseIfIdle_ConnectionOpen_KeepsAccepting()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        Assert.False(rig.Server.CloseIfIdle());
        PingPong(rig);
        Assert.Null(rig.Server.WhyNotReady());

        client.Dispose();
        broker.Dispose();
        AwaitNoConnection(rig);
        Assert.True(rig.Server.CloseIfIdle());
        Assert.True(rig.Server.CloseIfIdle());
        Assert.NotNull(rig.Server.WhyNotReady());
        SocketException refused = Assert.Throws<SocketException>(rig.Connect);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Dispose_ConnectionOpen_ResetsBothSides()
    {
        var rig = new RelayRig(_observers, loops: 3);
        (Socket client, Socket broker) = rig.Pair();
        rig.Dispose();

        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(SocketError.ConnectionReset, broker.ReceiveError());
        Assert.Equal(RelayEnd.Aborted, await Assert.Single(_observers.All).End.WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public void Tick_NothingHappens_RunsEverySecondAndLoopsLive()
    {
        using var rig = new RelayRig(_observers);
        int before = _observers.Ticks;
        Assert.True(SpinWait.SpinUntil(() => _observers.Ticks >= before + 2, TimeSpan.FromSeconds(5)));
        Assert.Null(rig.Server.WhyNotLive());
    }

    [Fact]
    public void Listener_PortTaken_SaysWhich()
    {
        using var rig = new RelayRig(_observers);
        var target = new ForwardTarget(new HostAndPort("127.0.0.1", 1), TimeProvider.System, Log.Logger);
        var settings = new RelayServerSettings { Listeners = [new ListenerSettings("second", rig.Address, RelayDirection.Outbound, target)] };

        IOException e = Assert.Throws<IOException>(() => new RelayServer(settings, _observers, Log.Logger));
        Assert.Contains(rig.Address.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains("second", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_NotRedirected_IsResetAndCounted()
    {
        var settings = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("outbound", new IPEndPoint(IPAddress.IPv6Any, 0), RelayDirection.Outbound, new OriginalDestination([]))],
            Loops = 1,
        };
        using var server = new RelayServer(settings, _observers, Log.Logger);
        server.Start();
        foreach (IPAddress loopback in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using Socket client = RelayRig.Connect(new IPEndPoint(loopback, server.LocalAddresses[0].Port));
            Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        }

        Assert.Equal(2, server.Counters.Refused(RefusalReason.NotRedirected));
        Assert.Empty(_observers.All);
    }

    [Theory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("127.0.0.2", 1)]
    [InlineData("0.0.0.0", 1)]
    [InlineData("::1", 1)]
    [InlineData("::", 1)]
    [InlineData("::ffff:127.0.0.1", 1)]
    [InlineData("127.0.0.1", 3)]
    public void Accept_TargetLeadsBackToTheListener_IsRefusedAsLoop(string target, int loops)
    {
        var upstream = new FixedUpstream();
        var settings = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.IPv6Any, 0), RelayDirection.Outbound, upstream)],
            Loops = loops,
        };
        using var server = new RelayServer(settings, _observers, Log.Logger);
        upstream.Addresses = [new IPEndPoint(IPAddress.Parse(target), server.LocalAddresses[0].Port)];
        server.Start();
        for (int i = 1; i <= 3; i++)
        {
            using Socket client = RelayRig.Connect(new IPEndPoint(IPAddress.Loopback, server.LocalAddresses[0].Port));
            Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
            Assert.Equal(i, server.Counters.Refused(RefusalReason.Loop));
        }

        // Another loop may dial before it has noted the dial before: then it is found one turn later.
        Assert.InRange(_observers.All.Count, 3, 3 * loops);
    }

    [Fact]
    public void Relay_TargetIsAnotherPortOfTheSameAddress_IsNoLoop()
    {
        using var rig = new RelayRig(_observers);
        for (int i = 0; i < 50; i++)
        {
            (Socket client, Socket broker) = rig.Pair();
            client.SendAll("x"u8);
            Assert.Equal("x"u8, broker.ReceiveExactly(1));
        }

        Assert.Equal(0, rig.Server.Counters.Refused(RefusalReason.Loop));
    }

    [Fact]
    public void CloseIfIdle_ConnectionsNeverStopComing_TheLoopGoesOn()
    {
        using var storm = new StormUpstream();
        var settings = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, storm)],
            Loops = 1,
        };
        using var server = new RelayServer(settings, _observers, Log.Logger);
        storm.Target = server.LocalAddresses[0];
        server.Start();
        using (RelayRig.Connect(storm.Target))
        {
            Assert.True(SpinWait.SpinUntil(() => storm.Connections > 0, RelayRig.Deadline));
        }

        Assert.False(server.CloseIfIdle());
        int before = _observers.Ticks;
        Assert.True(SpinWait.SpinUntil(() => _observers.Ticks >= before + 2, RelayRig.Deadline), "the loop does nothing but accept");
        storm.Dispose();
        Assert.True(SpinWait.SpinUntil(server.CloseIfIdle, RelayRig.Deadline));
    }

    private static void PingPong(RelayRig rig)
    {
        using Socket client = rig.Connect();
        client.SendAll("ping"u8);
        while (true)
        {
            using Socket broker = rig.Accept();
            var buffer = new byte[4];
            try
            {
                if (broker.Receive(buffer) == 4)
                {
                    broker.SendAll("pong"u8);
                    break;
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // One of a storm; ours comes later.
                continue;
            }
        }

        Assert.Equal("pong"u8, client.ReceiveExactly(4));
    }

    private static void AwaitNoConnection(RelayRig rig) =>
        Assert.True(SpinWait.SpinUntil(() => rig.Server.Counters.Open == 0, RelayRig.Deadline), $"{rig.Server.Counters.Open} connections are still open");

    private static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
