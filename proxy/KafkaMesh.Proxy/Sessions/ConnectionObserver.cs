using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// Watches one connection from its first byte: finds out what it carries, follows it when that is Kafka, and keeps the
/// verdict up to date. A connection counts once: under its verdict as soon as that can no longer change or has stood for some seconds, else when it ends.
/// </summary>
/// <remarks>
/// <code>
///  Silent ──▶ Tls | Http                               final at once
///    ├─────▶ Kafka ── a response matches ──▶ final     withdrawn to Opaque when the session breaks before
///    ├─────▶ Sasl ──▶ Kafka, as above
///    └─────▶ Opaque | ServerFirst ── adopted ──▶ Kafka, final        other bytes came first, a session broke; the server spoke first
/// </code>
/// Adoption: each of the next pieces of the client is tried as the begin of a request, short ones together, and the verdict changes
/// when a response matches. So a connection with a foreign prologue, or one bad first frame, is not lost for good; nor is one in
/// a capture that holds only its later part. A tentative verdict that never saw a whole request ends as Opaque.
/// </remarks>
internal sealed class ConnectionObserver : IPartialFlowObserver
{
    /// <summary>How many pieces of an opaque connection are tried as the begin of a request.</summary>
    public const int AdoptionAttempts = 16;

    /// <summary>The same for a connection of which something was not seen: many pieces may belong to one large request.</summary>
    public const int JoinAttempts = 1024;

    /// <summary>Seconds after which a verdict that stood counts. An adoption, if there is one, comes in milliseconds: the requests behind a prologue.</summary>
    public const int SettlingTicks = 5;

    private readonly RelayConnection _connection;
    private readonly LoopMetrics _metrics;
    private readonly SessionList _sessions;
    private readonly ISessionTrace? _trace;
    private readonly ConnectionList? _list;
    private readonly BrokerCount _broker;
    private bool _midStream;
    private ProtocolDetector _detector;
    private KafkaSession? _session;
    private ClientHelloReader? _clientHello;
    private FrameSearch? _search;
    private ConnectionProtocol _protocol;
    private int _attemptsLeft;
    private long _requestBytes;
    private long _responseBytes;
    private bool _sawBytes;
    private bool _isCounted;
    private byte _ticks; // That the verdict has stood, up to SettlingTicks.

    /// <summary>Watches from now on.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="metrics">Counters of the loop that owns it.</param>
    /// <param name="sessions">Open sessions of that loop.</param>
    /// <param name="trace">Told of every frame; may be null.</param>
    /// <param name="midStream">The connection is older than its observation.</param>
    /// <param name="list">Shows the connection to the admin thread while it is open; may be null.</param>
    public ConnectionObserver(
        in RelayConnection connection, LoopMetrics metrics, SessionList sessions, ISessionTrace? trace, bool midStream = false, ConnectionList? list = null)
    {
        _connection = connection;
        _metrics = metrics;
        _sessions = sessions;
        _trace = trace;
        _midStream = midStream;
        _attemptsLeft = Attempts;
        _list = list;
        _broker = metrics.Series.Brokers.Open(connection.Direction, connection.Broker);
        metrics.AddOpen(connection.Direction, _protocol, 1);
        list?.Add(this);
    }

    /// <summary>Its place in the list of its loop.</summary>
    public int Place { get; set; }

    /// <summary>What was known before the first byte.</summary>
    public ref readonly RelayConnection Connection => ref _connection;

    /// <summary>Bytes relayed from client to broker; from any thread.</summary>
    public long RequestBytes => Volatile.Read(ref _requestBytes);

    /// <summary>Bytes relayed from broker to client; from any thread.</summary>
    public long ResponseBytes => Volatile.Read(ref _responseBytes);

    /// <summary>Requests that wait for their response; from any thread.</summary>
    public int InFlight => Volatile.Read(ref _session)?.InFlightCount ?? 0;

    /// <summary>The verdict so far.</summary>
    public ConnectionProtocol Protocol => _protocol;

    /// <summary>What a TLS client said in clear; null when it is no TLS, or nothing readable was said yet.</summary>
    public ClientHello? ClientHello { get; private set; }

    /// <summary>Client id of the last request, safe to print; null when there is none. From any thread.</summary>
    public string? ClientIdText() => Volatile.Read(ref _session)?.ClientIdText();

    /// <inheritdoc/>
    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        CountBytes(flow, bytes.Length);
        _metrics.CountRelayed(_connection.Direction, flow, bytes.Length, Ticks.ToNanoseconds(writtenAt - readAt));
        if (_session is not null)
            Follow(flow, bytes, readAt, writtenAt);
        else if (_protocol == ConnectionProtocol.Silent)
            Detect(flow, bytes, readAt, writtenAt);
        else if (flow == RelayFlow.Request)
            Reconsider(bytes, readAt, writtenAt);
    }

    /// <inheritdoc/>
    public int SkippableBytes(RelayFlow flow) => _session?.SkippableBytes(flow) ?? 0;

    /// <inheritdoc/>
    public void OnSkipped(RelayFlow flow, int count, long readAt, long writtenAt)
    {
        CountBytes(flow, count);
        _metrics.CountRelayed(_connection.Direction, flow, count, Ticks.ToNanoseconds(writtenAt - readAt));
        _session?.OnSkipped(flow, count, readAt, writtenAt);
        Update(writtenAt);
    }

    /// <inheritdoc/>
    public void OnGap(RelayFlow flow, int bytes, long timestamp)
    {
        _midStream = true;
        _attemptsLeft = Attempts;
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
        _list?.Remove(this);
        _metrics.Series.Brokers.Close(_broker, isFailed: end == RelayEnd.ConnectFailed);
        var isUnproven = IsUnproven;
        EndSession(timestamp);
        if (!_isCounted && (isUnproven || (_protocol == ConnectionProtocol.Silent && _sawBytes)))
            SetProtocol(ConnectionProtocol.Opaque, timestamp);
        CountOnce();
        _metrics.AddOpen(_connection.Direction, _protocol, -1);
    }

    /// <summary>About once a second, on its loop: a verdict that stood counts. Nothing sent so far is no verdict.</summary>
    public void OnTick()
    {
        if (_isCounted || _protocol == ConnectionProtocol.Silent)
            return;
        if (_ticks < SettlingTicks)
            _ticks++;
        if (_ticks == SettlingTicks && !IsUnproven)
            CountOnce();
    }

    // Taken for Kafka by a header alone.
    private bool IsUnproven => _protocol == ConnectionProtocol.Kafka && _session is { State: SessionState.Tentative, SawRequest: false };

    private void CountBytes(RelayFlow flow, int count) => Cell.Add(ref flow == RelayFlow.Request ? ref _requestBytes : ref _responseBytes, count);

    private void Detect(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (bytes.IsEmpty)
            return;
        _sawBytes = true;
        if (_midStream)
        {
            if (flow == RelayFlow.Request)
                Reconsider(bytes, readAt, writtenAt);
            return;
        }

        if (flow == RelayFlow.Response)
        {
            SetProtocol(_detector.Seen.IsEmpty ? ConnectionProtocol.ServerFirst : ConnectionProtocol.Opaque, writtenAt);
            return;
        }

        var rest = bytes;
        var verdict = _detector.Examine(ref rest);
        if (verdict == ConnectionProtocol.Silent)
            return;
        Decide(verdict, writtenAt);
        Show(_detector.Seen, readAt, writtenAt);
        if (!rest.IsEmpty)
            Show(rest, readAt, writtenAt);
    }

    private void Decide(ConnectionProtocol verdict, long now)
    {
        SetProtocol(verdict, now);
        switch (verdict)
        {
            case ConnectionProtocol.Kafka or ConnectionProtocol.Sasl:
                StartSession(startsWithToken: verdict == ConnectionProtocol.Sasl, isJoining: false);
                break;
            case ConnectionProtocol.Tls:
                _clientHello = new ClientHelloReader();
                CountOnce();
                break;
            case ConnectionProtocol.Http:
                CountOnce();
                break;
        }
    }

    /// <summary>Shows bytes of the client to whoever the verdict called.</summary>
    private void Show(ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (_session is not null)
            Follow(RelayFlow.Request, bytes, readAt, writtenAt);
        else if (_clientHello is not null)
            ReadClientHello(bytes, writtenAt);
    }

    /// <summary>More bytes of a client whose connection has a verdict but no session.</summary>
    private void Reconsider(ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (_clientHello is not null)
            ReadClientHello(bytes, writtenAt);
        else if (_attemptsLeft > 0 && !bytes.IsEmpty && _protocol is ConnectionProtocol.Opaque or ConnectionProtocol.ServerFirst or ConnectionProtocol.Silent)
            TryAdopt(bytes, readAt, writtenAt);
    }

    private void ReadClientHello(ReadOnlySpan<byte> bytes, long now)
    {
        if (_clientHello!.Read(bytes) == ClientHelloStatus.NeedMoreData)
            return;
        ClientHello = _clientHello.Hello;
        _clientHello = null;
        if (ClientHello is not null && _trace is { IsEnabled: true })
            _trace.OnClientHello(_connection, ClientHello, now);
    }

    /// <summary>
    /// Tries a piece as the begin of a request; pieces are segments or what was read at once, and requests mostly begin with one. In a
    /// flow that was not seen whole they are searched within it too.
    /// </summary>
    private void TryAdopt(ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        _attemptsLeft--;
        _search ??= new FrameSearch();
        if (_search.TryFind(bytes, piece => FrameProbe.FindRequest(piece, _midStream), out var found))
        {
            if (_protocol == ConnectionProtocol.Silent)
                SetProtocol(ConnectionProtocol.Kafka, writtenAt);
            StartSession(startsWithToken: false, isJoining: true);
            Follow(RelayFlow.Request, found, readAt, writtenAt);
        }
        else if (_attemptsLeft == 0)
        {
            if (_protocol == ConnectionProtocol.Silent)
                SetProtocol(ConnectionProtocol.Opaque, writtenAt);
            CountOnce();
        }
    }

    private int Attempts => _midStream ? JoinAttempts : AdoptionAttempts;

    private void StartSession(bool startsWithToken, bool isJoining)
    {
        _session = new KafkaSession(_connection, _metrics, _trace, startsWithToken, isJoining, _midStream);
        _sessions.Add(_session);
    }

    private void Follow(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (_session is not { } session)
            return;
        session.OnBytes(flow, bytes, readAt, writtenAt);
        Update(writtenAt);
    }

    /// <summary>The verdict follows the session.</summary>
    private void Update(long writtenAt)
    {
        switch (_session?.State)
        {
            case SessionState.Tentative when _protocol == ConnectionProtocol.Sasl:
                SetProtocol(ConnectionProtocol.Kafka, writtenAt);
                break;
            case SessionState.Confirmed when _protocol != ConnectionProtocol.Kafka || !_isCounted:
                SetProtocol(ConnectionProtocol.Kafka, writtenAt);
                CountOnce();
                _attemptsLeft = Attempts;
                break;
            case SessionState.Broken:
                EndSession(writtenAt);

                // Of a flow that was not seen whole, what was taken for the begin of a frame may have been none: it is searched on.
                // The verdict of a server that spoke first stands until a response matches.
                if (_protocol != ConnectionProtocol.ServerFirst)
                    SetProtocol(_midStream && _attemptsLeft > 0 ? ConnectionProtocol.Silent : ConnectionProtocol.Opaque, writtenAt);
                if (_attemptsLeft == 0)
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
        _ticks = 0;
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
