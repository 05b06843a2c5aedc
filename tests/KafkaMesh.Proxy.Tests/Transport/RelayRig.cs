using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>A relay between real sockets on loopback: the test is both the client and the broker.</summary>
internal sealed class RelayRig : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Socket _broker;

    public RelayRig(
        IRelayObserverFactory observers,
        int loops = 1,
        int maxConnections = int.MaxValue,
        int brokerReceiveBuffer = 0,
        int pipes = SplicePipes.Most,
        Func<IUpstream, IUpstream>? upstream = null,
        Func<RelayServerSettings, RelayServerSettings>? settings = null)
    {
        _broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (brokerReceiveBuffer > 0)
        {
            _broker.ReceiveBufferSize = brokerReceiveBuffer;
        }

        _broker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _broker.Listen(1024);
        BrokerAddress = (IPEndPoint)_broker.LocalEndPoint!;
        IUpstream target = new ForwardTarget(new HostAndPort("127.0.0.1", BrokerAddress.Port), TimeProvider.System, Log.Logger);
        var usual = new RelayServerSettings
        {
            Listeners = [new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, upstream?.Invoke(target) ?? target)],
            Loops = loops,
            MaxConnections = maxConnections,
            Pipes = pipes,
        };
        Server = new RelayServer(settings?.Invoke(usual) ?? usual, observers, Log.Logger);
        Server.Start();
    }

    public RelayServer Server { get; }

    public IPEndPoint BrokerAddress { get; }

    public IPEndPoint Address => Server.LocalAddresses[0];

    /// <summary>A client's socket, connected to the relay.</summary>
    public Socket Connect() => Connect(Address);

    public static Socket Connect(IPEndPoint address, int receiveBuffer = 0, IPAddress? source = null)
    {
        var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Deadline.TotalMilliseconds, SendTimeout = (int)Deadline.TotalMilliseconds };
        if (receiveBuffer > 0)
        {
            client.ReceiveBufferSize = receiveBuffer;
        }

        if (source is not null)
        {
            client.Bind(new IPEndPoint(source, 0));
        }

        client.Connect(address);
        return client;
    }

    /// <summary>The broker's end of the next connection.</summary>
    public Socket Accept()
    {
        Assert.True(_broker.Poll(Deadline, SelectMode.SelectRead), "the relay did not connect to the broker");
        Socket accepted = _broker.Accept();
        accepted.ReceiveTimeout = accepted.SendTimeout = (int)Deadline.TotalMilliseconds;
        return accepted;
    }

    public Task<Socket> AcceptAsync() => _broker.AcceptAsync();

    public (Socket Client, Socket Broker) Pair(int clientReceiveBuffer = 0)
    {
        Socket client = Connect(Address, clientReceiveBuffer);
        return (client, Accept());
    }

    /// <summary>Refuses the connections to come.</summary>
    public void StopBroker() => _broker.Dispose();

    public void Dispose()
    {
        Server.Dispose();
        _broker.Dispose();
    }
}
