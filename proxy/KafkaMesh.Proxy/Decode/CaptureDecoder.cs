using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// The sidecar run offline: finds the connections in a capture and shows each to the same detection and sessions, with the
/// capture's own timestamps. Memory is bounded whatever the file holds.
/// </summary>
internal sealed class CaptureDecoder
{
    /// <summary>Most connections followed at a time; beyond it the one that was idle longest is given up.</summary>
    public const int MaxConnections = 16_384;

    private readonly HashSet<ushort> _ports;
    private readonly CapturedConnection.ObserverFactory _factory;
    private readonly ICaptureTrace _trace;
    private readonly ReassemblyBudget _budget = new();
    private readonly bool[] _serverPorts = new bool[ushort.MaxValue + 1];
    private readonly Dictionary<(TcpEndpoint Client, TcpEndpoint Server), LinkedListNode<Tracked>> _connections = [];
    private readonly LinkedList<Tracked> _byUse = new();
    private long _connectionIds;
    private long _lastTimestamp;

    /// <summary>Nothing decoded.</summary>
    /// <param name="ports">Server ports to look at; none means all.</param>
    /// <param name="factory">Makes the observer of each connection.</param>
    /// <param name="trace">Told of gaps.</param>
    public CaptureDecoder(IEnumerable<ushort> ports, CapturedConnection.ObserverFactory factory, ICaptureTrace trace)
    {
        _ports = [.. ports];
        _factory = factory;
        _trace = trace;
    }

    /// <summary>An observer factory as the sidecar has it, on counters of its own.</summary>
    public static CapturedConnection.ObserverFactory Observers(LoopMetrics metrics, ISessionTrace trace)
    {
        var sessions = new SessionList();
        return (in connection, midStream) => new ConnectionObserver(connection, metrics, sessions, trace, midStream);
    }

    /// <summary>Takes the next packet.</summary>
    public void Add(in CapturedPacket packet)
    {
        if (!PacketParser.TryParse(packet, out var segment))
            return;
        _lastTimestamp = Ticks.FromNanoseconds(packet.Nanoseconds);
        var isOpening = segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);
        if (isOpening)
            _serverPorts[segment.Destination.Port] = true;
        if (Find(segment, out var flow) is { } known)
        {
            if (!isOpening || flow != RelayFlow.Request || known.InitialSequence == segment.Sequence)
            {
                known.Accept(flow, segment, _lastTimestamp);
                return;
            }

            Remove(segment.Source, segment.Destination);
        }

        if (isOpening || segment.Length > 0)
            Open(segment, isOpening);
    }

    /// <summary>The capture is over: what is still open stays unanswered.</summary>
    public void Finish()
    {
        foreach (var tracked in _byUse)
            tracked.Connection.Close(RelayEnd.Aborted, _lastTimestamp);
        _connections.Clear();
        _byUse.Clear();
        _trace.Finish();
    }

    private CapturedConnection? Find(in TcpSegment segment, out RelayFlow flow)
    {
        flow = RelayFlow.Request;
        if (!_connections.TryGetValue((segment.Source, segment.Destination), out var node))
        {
            flow = RelayFlow.Response;
            if (!_connections.TryGetValue((segment.Destination, segment.Source), out node))
                return null;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value.Connection;
    }

    private void Open(in TcpSegment segment, bool isOpening)
    {
        var fromClient = isOpening || IsFromClient(segment);
        var (client, server) = fromClient ? (segment.Source, segment.Destination) : (segment.Destination, segment.Source);
        if (_ports.Count > 0 && !_ports.Contains(server.Port))
            return;
        if (_connections.Count == MaxConnections)
            Remove(_byUse.First!.Value.Client, _byUse.First.Value.Server);
        var ends = new RelayConnection(++_connectionIds, RelayDirection.Outbound, client.ToIPEndPoint(), server.ToIPEndPoint(), 0, _lastTimestamp);
        var connection = new CapturedConnection(ends, _factory, _trace, _budget, isOpening ? segment.Sequence : null);
        _connections.Add((client, server), _byUse.AddLast(new Tracked(client, server, connection)));
        if (!isOpening)
            connection.Accept(fromClient ? RelayFlow.Request : RelayFlow.Response, segment, _lastTimestamp);
    }

    /// <summary>Without a SYN: by the ports asked for, the ports that others connected to, what the segment looks like, the lower port.</summary>
    private bool IsFromClient(in TcpSegment segment)
    {
        var source = segment.Source.Port;
        var destination = segment.Destination.Port;
        if (_ports.Contains(destination) != _ports.Contains(source))
            return _ports.Contains(destination);
        if (_serverPorts[destination] != _serverPorts[source])
            return _serverPorts[destination];
        return ProtocolDetector.Classify(segment.Payload) == ConnectionProtocol.Kafka || destination < source;
    }

    private void Remove(TcpEndpoint client, TcpEndpoint server)
    {
        if (!_connections.Remove((client, server), out var node))
            return;
        _byUse.Remove(node);
        node.Value.Connection.Close(RelayEnd.Aborted, _lastTimestamp);
    }

    private sealed record Tracked(TcpEndpoint Client, TcpEndpoint Server, CapturedConnection Connection);
}
