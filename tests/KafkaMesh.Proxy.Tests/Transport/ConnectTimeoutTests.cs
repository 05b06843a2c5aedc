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

    private IRelayServer Start(bool portable, params IPEndPoint[] addresses)
    {
        var settings = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, new FixedUpstream(addresses))],
            Loops = 1,
            ConnectTimeout = s_timeout,
        };
        IRelayServer server = portable ? new PortableRelayServer(settings, _observers, Log.Logger) : new RelayServer(settings, _observers, Log.Logger);
        server.Start();
        return server;
    }
}
