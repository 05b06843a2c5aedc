using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// Watches one connection from its first byte: finds out what it carries, follows it when that is Kafka, and keeps the
/// verdict up to date. A connection counts under its verdict as soon as that can no longer change, else when it ends.
/// </summary>
/// <remarks>
/// <code>
///  Silent ──▶ Tls | Http | Opaque                      final at once; a server that speaks first is Opaque
///    ├─────▶ Kafka ── a response matches ──▶ final     withdrawn to Opaque when the session breaks before
///    └─────▶ Sasl ──▶ Kafka, as above
/// </code>
/// </remarks>
internal sealed class ConnectionObserver : IPartialFlowObserver
{
    // A connection that was not seen from its begin is searched for a request in this many pieces.
    private const int JoinAttempts = 1024;

    private readonly RelayConnection _connection;
    private readonly LoopMetrics _metrics;
    private readonly SessionList _sessions;
    private readonly ISessionTrace? _trace;
    private bool _midStream;
    private ProtocolDetector _detector;
    private KafkaSession? _session;
    private FrameSearch? _search;
    private ConnectionProtocol _protocol;
    private int _joinAttempts;
    private bool _isCounted;

    /// <summary>Watches from now on.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="metrics">Counters of the loop that owns it.</param>
    /// <param name="sessions">Open sessions of that loop.</param>
    /// <param name="trace">Told of every frame; may be null.</param>
    /// <param name="midStream">The connection is older than its observation.</param>
    public ConnectionObserver(in RelayConnection connection, LoopMetrics metrics, SessionList sessions, ISessionTrace? trace, bool midStream = false)
    {
        _connection = connection;
        _metrics = metrics;
        _sessions = sessions;
        _trace = trace;
        _midStream = midStream;
        metrics.AddOpen(connection.Direction, _protocol, 1);
    }

    /// <summary>The verdict so far.</summary>
    public ConnectionProtocol Protocol => _protocol;

    /// <inheritdoc/>
    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        _metrics.CountRelayed(_connection.Direction, flow, bytes.Length, Ticks.ToNanoseconds(writtenAt - readAt));
        if (_session is not null)
            Follow(flow, bytes, readAt, writtenAt);
        else if (_protocol == ConnectionProtocol.Silent && !bytes.IsEmpty)
            Detect(flow, bytes, readAt, writtenAt);
    }

    /// <inheritdoc/>
    public void OnGap(RelayFlow flow, int bytes, long timestamp)
    {
        _midStream = true;
        if (flow == RelayFlow.Request)
            _search?.Restart();
        _session?.OnGap(flow, bytes, timestamp);
    }

    /// <inheritdoc/>
    public void OnHalfClosed(RelayFlow flow, long timestamp)
    {
        // Nothing depends on it: answers may still come, and OnClosed follows.
    }

    /// <inheritdoc/>
    public void OnClosed(RelayEnd end, long timestamp)
    {
        EndSession(timestamp);
        CountOnce();
        _metrics.AddOpen(_connection.Direction, _protocol, -1);
    }

    private void Detect(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (flow == RelayFlow.Response)
        {
            if (!_midStream)
                Decide(ConnectionProtocol.Opaque, writtenAt);
            return;
        }

        if (_midStream)
        {
            Join(bytes, readAt, writtenAt);
            return;
        }

        var rest = bytes;
        var verdict = _detector.Examine(ref rest);
        if (verdict == ConnectionProtocol.Silent)
            return;
        Decide(verdict, writtenAt);
        if (_session is null)
            return;
        Follow(RelayFlow.Request, _detector.Seen, readAt, writtenAt);
        if (!rest.IsEmpty)
            Follow(RelayFlow.Request, rest, readAt, writtenAt);
    }

    /// <summary>Searches a piece for a request.</summary>
    private void Join(ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        _search ??= new FrameSearch();
        if (_search.TryFind(bytes, FrameProbe.FindRequest, out var found))
        {
            Decide(ConnectionProtocol.Kafka, writtenAt);
            Follow(RelayFlow.Request, found, readAt, writtenAt);
        }
        else if (++_joinAttempts == JoinAttempts)
        {
            Decide(ConnectionProtocol.Opaque, writtenAt);
        }
    }

    private void Decide(ConnectionProtocol verdict, long now)
    {
        SetProtocol(verdict, now);
        if (verdict is ConnectionProtocol.Kafka or ConnectionProtocol.Sasl)
        {
            _session = new KafkaSession(_connection, _metrics, _trace, verdict == ConnectionProtocol.Sasl, _midStream);
            _sessions.Add(_session);
            return;
        }

        CountOnce();
    }

    private void Follow(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (_session is not { } session)
            return;
        session.OnBytes(flow, bytes, readAt, writtenAt);
        switch (session.State)
        {
            case SessionState.Tentative when _protocol == ConnectionProtocol.Sasl:
                SetProtocol(ConnectionProtocol.Kafka, writtenAt);
                break;
            case SessionState.Confirmed when !_isCounted:
                SetProtocol(ConnectionProtocol.Kafka, writtenAt);
                CountOnce();
                break;
            case SessionState.Broken:
                EndSession(writtenAt);
                if (_midStream && ++_joinAttempts < JoinAttempts)
                {
                    // What was taken for the begin of a frame was none, or bytes were lost unnoticed: search on.
                    SetProtocol(ConnectionProtocol.Silent, writtenAt);
                    break;
                }

                SetProtocol(ConnectionProtocol.Opaque, writtenAt);
                CountOnce();
                break;
        }
    }

    private void EndSession(long now)
    {
        if (_session is null)
            return;
        _session.Close(now);
        _sessions.Remove(_session);
        _session = null;
    }

    private void SetProtocol(ConnectionProtocol protocol, long now)
    {
        if (_protocol == protocol)
            return;
        _metrics.AddOpen(_connection.Direction, _protocol, -1);
        _metrics.AddOpen(_connection.Direction, protocol, 1);
        _protocol = protocol;
        if (_trace is { IsEnabled: true })
            _trace.OnVerdict(_connection, protocol, now);
    }

    private void CountOnce()
    {
        if (_isCounted)
            return;
        _isCounted = true;
        _metrics.CountConnection(_connection.Direction, _protocol);
    }
}
