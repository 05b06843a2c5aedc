using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Portable;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>The portable transport keeps the promises of the other one; it runs here because .NET's sockets run everywhere.</summary>
public sealed class PortableRelayTests : IDisposable
{
    private readonly RecordingObservers _observers = new();
    private readonly Socket _broker = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public PortableRelayTests()
    {
        _broker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _broker.Listen(128);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Relay_BothWays_BytesOutEqualBytesInAndBothEndsPass(int loops)
    {
        using PortableRelayServer server = Start(loops);
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        using Socket broker = await _broker.AcceptAsync().WaitAsync(RelayRig.Deadline);
        var bytes = new byte[3_000_000];
        new Random(5).NextBytes(bytes);
        Task<byte[]> asked = Task.Run(broker.ReceiveToEnd);
        client.SendAll(bytes);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await asked.WaitAsync(RelayRig.Deadline));
        Task<byte[]> answered = Task.Run(client.ReceiveToEnd);
        broker.SendAll(bytes);
        broker.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await answered.WaitAsync(RelayRig.Deadline));

        RecordingObserver observer = await Single();
        Assert.Equal(RelayEnd.Closed, await observer.End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(bytes, observer.Bytes(RelayFlow.Request));
        Assert.Equal(bytes, observer.Bytes(RelayFlow.Response));
        Assert.Equal([RelayFlow.Request, RelayFlow.Response], observer.HalfClosed);
        Assert.True(SpinWait.SpinUntil(server.CloseIfIdle, RelayRig.Deadline));
        Assert.NotNull(server.WhyNotReady());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Relay_OneSideResets_TheOtherSeesIt(bool isClient)
    {
        using PortableRelayServer server = Start();
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        using Socket broker = await _broker.AcceptAsync().WaitAsync(RelayRig.Deadline);
        broker.ReceiveTimeout = (int)RelayRig.Deadline.TotalMilliseconds;
        client.SendAll("x"u8);
        _ = broker.ReceiveExactly(1);
        (isClient ? client : broker).Reset();
        Assert.Equal(SocketError.ConnectionReset, (isClient ? broker : client).ReceiveError());
        Assert.Equal(isClient ? RelayEnd.ClientReset : RelayEnd.BrokerReset, await (await Single()).End.WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public async Task Relay_BrokerRefuses_ClientIsReset()
    {
        using PortableRelayServer server = Start();
        _broker.Dispose();
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(RelayEnd.ConnectFailed, await (await Single()).End.WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public async Task Relay_MoreThanTheLimit_IsResetAndCounted()
    {
        using PortableRelayServer server = Start(maxConnections: 1);
        using Socket first = RelayRig.Connect(server.LocalAddresses[0]);
        using Socket broker = await _broker.AcceptAsync().WaitAsync(RelayRig.Deadline);
        using Socket second = RelayRig.Connect(server.LocalAddresses[0]);
        Assert.Equal(SocketError.ConnectionReset, second.ReceiveError());
        Assert.Equal(1, server.Counters.Refused(RefusalReason.Limit));
        first.SendAll("still"u8);
        Assert.Equal("still"u8, broker.ReceiveExactly(5));
    }

    [Fact]
    public async Task Dispose_OpenConnection_IsReset()
    {
        PortableRelayServer server = Start();
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        using Socket broker = await _broker.AcceptAsync().WaitAsync(RelayRig.Deadline);
        client.SendAll("x"u8);
        _ = broker.ReceiveExactly(1);
        server.Dispose();
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(RelayEnd.Aborted, await (await Single()).End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(0, server.Counters.Open);
    }

    public void Dispose() => _broker.Dispose();

    private PortableRelayServer Start(int loops = 1, int maxConnections = int.MaxValue)
    {
        var target = new ForwardTarget(new HostAndPort("127.0.0.1", ((IPEndPoint)_broker.LocalEndPoint!).Port), TimeProvider.System, Log.Logger);
        var settings = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, target)],
            Loops = loops,
            MaxConnections = maxConnections,
        };
        var server = new PortableRelayServer(settings, _observers, Log.Logger);
        server.Start();
        return server;
    }

    private async Task<RecordingObserver> Single()
    {
        Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => !_observers.All.IsEmpty, RelayRig.Deadline)));
        return Assert.Single(_observers.All);
    }
}
