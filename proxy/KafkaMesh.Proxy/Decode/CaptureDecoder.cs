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
    private readonly PacketParser _parser = new();
    private readonly ReassemblyBudget _budget = new();
    private readonly bool[] _serverPorts = new bool[ushort.MaxValue + 1];
    private readonly Dictionary<(TcpEndpoint, TcpEndpoint), LinkedListNode<Tracked>> _connections = [];
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
        if (!_parser.TryParse(packet, out var segment) || !IsWanted(segment.Source, segment.Destination))
            return;
        _lastTimestamp = Ticks.FromNanoseconds(packet.Nanoseconds);
        var isSyn = segment.Has(TcpFlags.Syn);
        var isOpening = isSyn && !segment.Has(TcpFlags.Ack);
        if (isSyn)
            _serverPorts[isOpening ? segment.Destination.Port : segment.Source.Port] = true;

        var tracked = Find(segment);
        if (tracked?.Connection is { } connection && IsAnother(connection, tracked.FlowOf(segment), segment, isOpening))
        {
            Remove(tracked);
            tracked = null;
        }

        tracked ??= isSyn || segment.Length > 0 ? Track(segment) : null;
        if (tracked is null or { IsIgnored: true })
            return;
        if (tracked.Connection is null && isSyn)
            Open(tracked, isOpening ? segment.Source : segment.Destination, isOpening ? segment.Sequence : segment.AcknowledgementNumber);
        if (tracked.IsIgnored)
            return;
        if (tracked.Connection is { } open)
        {
            open.Accept(tracked.FlowOf(segment), segment, _lastTimestamp);
            return;
        }

        tracked.Undecided.Add(segment, _lastTimestamp);
        if (tracked.Undecided.IsRipe)
            Decide(tracked);
    }

    /// <summary>The capture is over: what is still open stays unanswered.</summary>
    public void Finish()
    {
        while (_byUse.First is { } oldest)
            Remove(oldest.Value);
        _trace.Finish();
    }

    private bool IsWanted(TcpEndpoint source, TcpEndpoint destination) =>
        _ports.Count == 0 || _ports.Contains(source.Port) || _ports.Contains(destination.Port);

    /// <summary>Whether a segment belongs to a later connection between the same ends.</summary>
    private static bool IsAnother(CapturedConnection connection, RelayFlow flow, in TcpSegment segment, bool isOpening)
    {
        if (isOpening && (flow == RelayFlow.Response || connection.Begin != segment.Sequence))
            return true;
        return connection.IsReused(flow, segment);
    }

    private Tracked? Find(in TcpSegment segment)
    {
        if (!_connections.TryGetValue(Tracked.KeyOf(segment), out var node))
            return null;
        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value;
    }

    private Tracked Track(in TcpSegment segment)
    {
        if (_connections.Count == MaxConnections)
            Remove(_byUse.First!.Value);
        var tracked = new Tracked(segment, _budget);
        _connections.Add(tracked.Key, _byUse.AddLast(tracked));
        return tracked;
    }

    private void Open(Tracked tracked, TcpEndpoint client, uint? begin)
    {
        var server = tracked.Other(client);
        if (_ports.Count > 0 && !_ports.Contains(server.Port))
        {
            tracked.IsIgnored = true; // the client's own port happens to be one of those asked for
            return;
        }

        var ends = new RelayConnection(++_connectionIds, RelayDirection.Outbound, client.ToIPEndPoint(), server.ToIPEndPoint(), 0, _lastTimestamp);
        tracked.Client = client;
        tracked.Connection = new CapturedConnection(ends, _factory, _trace, _budget, begin);
        tracked.Undecided.PlayInto(tracked.Connection, client);
    }

    /// <summary>Without a SYN: by the ports asked for, the ports that others connected to, what its segments look like, the lower port.</summary>
    private void Decide(Tracked tracked)
    {
        var (one, other) = (tracked.One, tracked.Other(tracked.One));
        bool isOneTheClient;
        if (_ports.Contains(one.Port) != _ports.Contains(other.Port))
            isOneTheClient = _ports.Contains(other.Port);
        else if (_serverPorts[one.Port] != _serverPorts[other.Port])
            isOneTheClient = _serverPorts[other.Port];
        else
            isOneTheClient = tracked.Undecided.IsOneTheClient() ?? other.Port < one.Port;
        Open(tracked, isOneTheClient ? one : other, begin: null);
        tracked.Connection?.Synchronise(_lastTimestamp);
    }

    private void Remove(Tracked tracked)
    {
        if (tracked is { Connection: null, IsIgnored: false })
            Decide(tracked);
        if (_connections.Remove(tracked.Key, out var node))
            _byUse.Remove(node);
        tracked.Connection?.Close(RelayEnd.Aborted, _lastTimestamp);
    }

    /// <summary>A pair of ends that exchanged segments.</summary>
    private sealed class Tracked
    {
        public Tracked(in TcpSegment first, ReassemblyBudget budget)
        {
            One = first.Source;
            Key = KeyOf(first);
            Undecided = new UndecidedConnection(One, budget);
        }

        /// <summary>The sender of the first segment.</summary>
        public TcpEndpoint One { get; }

        /// <summary>The same for both directions.</summary>
        public (TcpEndpoint, TcpEndpoint) Key { get; }

        /// <summary>Segments from before it is known who the client is.</summary>
        public UndecidedConnection Undecided { get; }

        /// <summary>Null until it is known who the client is.</summary>
        public CapturedConnection? Connection { get; set; }

        /// <summary>Whether its server's port is none of those asked for.</summary>
        public bool IsIgnored { get; set; }

        /// <summary>Valid with <see cref="Connection"/>.</summary>
        public TcpEndpoint Client { get; set; }

        public static (TcpEndpoint, TcpEndpoint) KeyOf(in TcpSegment segment) =>
            IsFirst(segment.Source, segment.Destination) ? (segment.Source, segment.Destination) : (segment.Destination, segment.Source);

        public TcpEndpoint Other(TcpEndpoint end) => end == Key.Item1 ? Key.Item2 : Key.Item1;

        public RelayFlow FlowOf(in TcpSegment segment) => segment.Source == Client ? RelayFlow.Request : RelayFlow.Response;

        private static bool IsFirst(TcpEndpoint a, TcpEndpoint b) => a.Address != b.Address ? a.Address < b.Address : a.Port <= b.Port;
    }
}
