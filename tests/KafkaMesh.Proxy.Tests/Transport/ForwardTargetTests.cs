using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class ForwardTargetTests
{
    [Fact]
    public async Task Find_HostName_HasItsAddresses()
    {
        await using var target = new ForwardTarget(new HostAndPort("localhost", 9092), TimeProvider.System, Log.Logger);
        Assert.Equal(RefusalReason.Unresolved, target.Find(-1, out _));
        await target.StartAsync();
        Assert.Null(target.Find(-1, out IReadOnlyList<IPEndPoint> candidates));
        Assert.Contains(candidates, candidate => IPAddress.IsLoopback(candidate.Address) && candidate.Port == 9092);
    }

    [Fact]
    public async Task Find_NameWithoutAddress_RefusesInsteadOfFailing()
    {
        await using var target = new ForwardTarget(new HostAndPort("no-such-name.invalid", 9092), TimeProvider.System, Log.Logger);
        await target.StartAsync();
        Assert.Equal(RefusalReason.Unresolved, target.Find(-1, out _));
    }

    [Fact]
    public void Connect_FirstAddressRefuses_NextOneIsTried()
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        var address = (IPEndPoint)broker.LocalEndpoint;
        var observers = new RecordingObservers();
        var upstream = new FixedUpstream(new IPEndPoint(IPAddress.IPv6Loopback, address.Port), address);
        var settings = new RelayServerSettings { Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, upstream)], Loops = 1 };
        using var server = new RelayServer(settings, observers, Log.Logger);
        server.Start();
        using Socket client = RelayRig.Connect(server.LocalAddresses[0]);
        client.SendAll("hello"u8);
        using Socket accepted = broker.AcceptSocket();

        Assert.Equal("hello"u8, accepted.ReceiveExactly(5));
        Assert.Equal(address, Assert.Single(observers.All).Connection.Broker);
    }
}
