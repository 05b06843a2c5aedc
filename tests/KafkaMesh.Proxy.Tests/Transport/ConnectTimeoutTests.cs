using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Portable;
using KafkaMesh.Proxy.Transport.Posix;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>A broker that does not answer the handshake, as one whose machine is gone: here a listener whose queue is full.</summary>
public sealed class ConnectTimeoutTests : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1.2);

    // Longer than a test waits.
    private static readonly TimeSpan s_forever = RelayRig.Deadline * 4;

    private readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queue = [];
    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);
    private readonly RecordingObservers _observers = new();

    public ConnectTimeoutTests()
    {
        _broker.Start();
        _silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _silent.Listen(0);
        for (int i = 0; i < 8; i++)
        {
            var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _queue.Add(waiting);
            Assert.ThrowsAny<SocketException>(() => waiting.Connect(Silent)); // It is on its way.
        }

        // What has not got into the queue by now will not: the kernel drops it.
        Assert.Contains(_queue, waiting => !waiting.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectWrite));
    }

    private IPEndPoint Silent => (IPEndPoint)_silent.LocalEndPoint!;

    public void Dispose()
    {
        _queue.ForEach(socket => socket.Dispose());
        _silent.Dispose();
        _broker.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_FirstAddressIsSilent_TheNextIsTriedInTime(bool portable)
    {
        using IRelayServer server = Start(portable, Silent, (IPEndPoint)_broker.LocalEndpoint);
        long start = Stopwatch.GetTimestamp();
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        client.SendAll("early"u8);
        Assert.True(_broker.Server.Poll(RelayRig.Deadline, SelectMode.SelectRead));
        Assert.InRange(Stopwatch.GetElapsedTime(start), s_timeout - TimeSpan.FromSeconds(0.2), s_timeout * 5);
        using Socket broker = _broker.AcceptSocket();
        broker.ReceiveTimeout = (int)RelayRig.Deadline.TotalMilliseconds;
        Assert.Equal("early"u8, broker.ReceiveExactly(5));
        broker.SendAll("answer"u8);
        Assert.Equal("answer"u8, client.ReceiveExactly(6));
        Assert.Equal(1, server.Counters.ConnectFailed(ConnectError.TimedOut));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_EveryAddressIsSilent_ClientIsReset(bool portable)
    {
        using IRelayServer server = Start(portable, Silent);
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        client.SendAll("early"u8);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(1, server.Counters.ConnectFailed(ConnectError.TimedOut));
    }

    /// <summary>Nobody waits for the broker any more: it is not dialled to the end.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Connect_ClientLeavesMeanwhile_DialIsAbandoned(bool portable, bool isReset)
    {
        using IRelayServer server = Start(portable, s_forever, Silent, (IPEndPoint)_broker.LocalEndpoint);
        Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        Assert.True(SpinWait.SpinUntil(() => server.Counters.Open == 1, RelayRig.Deadline));
        if (isReset)
        {
            client.SendAll("early"u8);
            client.Reset();
        }
        else
        {
            client.Dispose();
        }

        Assert.True(SpinWait.SpinUntil(() => server.Counters.Open == 0, RelayRig.Deadline), "the broker is still dialled");
        RecordingObserver observer = Assert.Single(_observers.All);
        Assert.Equal(RelayEnd.ClientReset, await observer.End.WaitAsync(RelayRig.Deadline));
        Assert.All(TransportCounters.ConnectErrors, error => Assert.Equal(0, server.Counters.ConnectFailed(error)));
        Assert.False(_broker.Pending());
    }

    /// <summary>A client that sent something and ended its side may wait for the answer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_ClientHasSentAndEnded_DialGoesOn(bool portable)
    {
        using IRelayServer server = Start(portable, s_timeout * 2, Silent, (IPEndPoint)_broker.LocalEndpoint);
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        client.SendAll("ask"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.True(_broker.Server.Poll(RelayRig.Deadline, SelectMode.SelectRead));
        using Socket broker = _broker.AcceptSocket();
        broker.ReceiveTimeout = (int)RelayRig.Deadline.TotalMilliseconds;
        Assert.Equal("ask"u8, broker.ReceiveToEnd());
        broker.SendAll("answer"u8);
        broker.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer"u8, client.ReceiveToEnd());
    }

    /// <summary>A client that ended its side without a word may wait for a greeting: a broker that is there greets it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_ClientOnlyListens_IsGreeted(bool portable)
    {
        using IRelayServer server = Start(portable, s_forever, (IPEndPoint)_broker.LocalEndpoint);
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        client.Shutdown(SocketShutdown.Send);
        Assert.True(_broker.Server.Poll(RelayRig.Deadline, SelectMode.SelectRead));
        using Socket broker = _broker.AcceptSocket();
        Assert.True(SpinWait.SpinUntil(() => _observers.Ticks >= 3, RelayRig.Deadline)); // Long after a dial would have been abandoned.
        broker.SendAll("hello"u8);
        broker.Shutdown(SocketShutdown.Send);
        Assert.Equal("hello"u8, client.ReceiveToEnd());
    }

    [Fact]
    public unsafe void Connected_SocketThatHadALimit_MayBeSilent()
    {
        int descriptor = OutgoingSocket.Connect((IPEndPoint)_broker.LocalEndpoint, milliseconds: 1200);
        Assert.Equal(1200, UserTimeout());
        OutgoingSocket.Connected(descriptor);
        Assert.Equal(0, UserTimeout());
        Assert.Equal(0, Libc.Close(descriptor));

        int UserTimeout()
        {
            int value = -1;
            uint length = sizeof(int);
            Assert.True(Libc.GetOption(descriptor, SocketConstants.LevelTcp, SocketConstants.UserTimeout, &value, &length) >= 0);
            return value;
        }
    }

    private IRelayServer Start(bool portable, params IPEndPoint[] addresses) => Start(portable, s_timeout, addresses);

    private IRelayServer Start(bool portable, TimeSpan timeout, params IPEndPoint[] addresses)
    {
        var settings = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, new FixedUpstream(addresses))],
            Loops = 1,
            ConnectTimeout = timeout,
        };
        IRelayServer server = portable ? new PortableRelayServer(settings, _observers, Log.Logger) : new RelayServer(settings, _observers, Log.Logger);
        server.Start();
        return server;
    }
}
