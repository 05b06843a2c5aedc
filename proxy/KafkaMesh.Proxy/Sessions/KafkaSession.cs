using KafkaMesh.Codec;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// Follows the Kafka conversation of one connection: frames, headers and bodies of both flows, and which response answers
/// which request. It sees bytes that are already on their way, keeps no payload and allocates nothing per frame.
/// </summary>
/// <remarks>
/// <code>
///                 raw token first                      header first
///                       │                                   │
///                       ▼        a Kafka header             ▼          a response matches
///                    Tokens ─────────────────────────▶ Tentative ─────────────────────────▶ Confirmed
///                       │                                   │                                   │
///                       │  frame size impossible            │  the same, a body that            │  frame size or
///                       ▼                                   ▼  contradicts its schema, or       ▼  header impossible
///                    Broken ◀──────────────────────────────┴── a response that answers nothing ─┘
/// </code>
/// In any state a flow may be between SaslHandshake 0 and the next Kafka header: its frames are then raw tokens, which
/// take their turn among the requests in flight. The last token of GSSAPI has no answer: the next response tells.
/// </remarks>
internal sealed class KafkaSession
{
    /// <summary>How long a request may wait before it counts as unanswered. Clients give up far earlier: after request.timeout, by default 30 s.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a JoinGroup may wait. Its answer comes when all members have come or the rebalance timeout has passed, and that is
    /// max.poll.interval.ms: by default 5 minutes, hours where a record takes that long.
    /// </summary>
    public static readonly TimeSpan MaxJoinAge = TimeSpan.FromHours(24);

    private const short JoinGroupKey = 11;

    /// <summary>Its bodies are shown to nobody: they hold SASL tokens.</summary>
    public const short SaslAuthenticateKey = 36;

    private static readonly long s_maxAge = Ticks.From(MaxAge);
    private static readonly long s_maxJoinAge = Ticks.From(MaxJoinAge);

    private readonly RelayConnection _connection;
    private readonly LoopMetrics _metrics;
    private readonly ISessionTrace? _trace;
    private readonly InFlightRing _inFlight = new();
    private readonly RequestStream _requests;
    private readonly ResponseStream _responses;
    private RecentRequests? _withoutResponse;
    private bool _answersUnknownProduce;

    /// <summary>A session that begins with the next request byte.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="metrics">Counters of the loop that owns it.</param>
    /// <param name="trace">Told of every frame; may be null.</param>
    /// <param name="startsWithToken">A raw SASL token comes first.</param>
    /// <param name="isJoining">The connection is older than the session: responses are joined where one matches.</param>
    /// <param name="isPartial">Some of the conversation is not seen: frames may begin anywhere in a piece.</param>
    public KafkaSession(
        in RelayConnection connection, LoopMetrics metrics, ISessionTrace? trace, bool startsWithToken, bool isJoining, bool isPartial)
    {
        _connection = connection;
        _metrics = metrics;
        _trace = trace;
        State = startsWithToken ? SessionState.Tokens : SessionState.Tentative;
        IsPartial = isPartial;
        _requests = new RequestStream(this, startsWithToken);
        _responses = new ResponseStream(this, isJoining);
    }

    /// <summary>Where it stands.</summary>
    public SessionState State { get; private set; }

    /// <summary>Whether a request was seen whole, in which nothing contradicted the schema while the session was tentative.</summary>
    public bool SawRequest { get; private set; }
    /// <summary>Whether some of the conversation was not seen, so that a response may well answer nothing.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Neighbours in the list of its loop.</summary>
    public KafkaSession? Previous { get; set; }

    /// <summary>Neighbours in the list of its loop.</summary>
    public KafkaSession? Next { get; set; }

    /// <summary>The requests that wait.</summary>
    internal InFlightRing InFlight => _inFlight;

    /// <summary>Counters of the loop.</summary>
    internal LoopMetrics Metrics => _metrics;

    /// <summary>Seen from the pod.</summary>
    internal RelayDirection Direction => _connection.Direction;

    /// <summary>Whether frames are traced now.</summary>
    internal bool IsTraced => _trace is { IsEnabled: true };

    /// <summary>Whether topics are to be gathered for the trace.</summary>
    internal bool WantsTopics => _trace is { IsEnabled: true, WantsTopics: true };

    /// <summary>Requests that wait now; from any thread.</summary>
    public int InFlightCount => _inFlight.Count;

    /// <summary>Client id of the last request; from any thread.</summary>
    public string? ClientIdText() => _requests.ClientIdText();

    /// <summary>Bytes of one flow were relayed.</summary>
    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (State == SessionState.Broken)
            return;
        if (flow == RelayFlow.Request)
            _requests.Read(bytes, writtenAt);
        else
            _responses.Read(bytes, readAt);
    }

    /// <summary>How many of the next bytes of a flow will not be looked at.</summary>
    public int SkippableBytes(RelayFlow flow)
    {
        if (State == SessionState.Broken || _trace is { IsEnabled: true, WantsBodies: true })
            return 0;
        return flow == RelayFlow.Request ? _requests.SkippableBytes : _responses.SkippableBytes;
    }

    /// <summary>Bytes of one flow were relayed unseen, at most <see cref="SkippableBytes"/>.</summary>
    public void OnSkipped(RelayFlow flow, int count, long readAt, long writtenAt)
    {
        if (flow == RelayFlow.Request)
            _requests.Skip(count, writtenAt);
        else
            _responses.Skip(count, readAt);
    }

    /// <summary>Bytes of one flow were not seen: a body may have been cut, or the begin of the next frame must be searched.</summary>
    public void OnGap(RelayFlow flow, int bytes, long now)
    {
        if (State == SessionState.Broken)
            return;
        IsPartial = true;
        if (flow == RelayFlow.Request)
            _requests.OnGap(bytes, now);
        else
            _responses.OnGap(bytes, now);
    }

    /// <summary>
    /// About once a second: gives up requests that waited longer than <see cref="MaxAge"/>, and places that nobody uses. Brokers answer in order, so what
    /// stands behind a JoinGroup waits with it.
    /// </summary>
    public void Age(long now)
    {
        while (_inFlight.Count > 0 && now - _inFlight.Oldest.SentAt > s_maxAge && (now - _inFlight.Oldest.SentAt > s_maxJoinAge || _inFlight.Oldest.ApiKey != JoinGroupKey))
            GiveUpOldest(UnansweredReason.Aged, now);
        _inFlight.OnTick();
    }

    /// <summary>The connection ended, or nothing more is examined: what waits stays unanswered.</summary>
    public void Close(long now)
    {
        _responses.GiveUp(now);
        while (_inFlight.Count > 0)
            GiveUpOldest(UnansweredReason.Closed, now);
        _inFlight.Release();
    }

    /// <summary>A Kafka header came after tokens.</summary>
    internal void OnKafkaHeader()
    {
        if (State == SessionState.Tokens)
            State = SessionState.Tentative;
    }

    /// <summary>A request was relayed whole.</summary>
    internal void OnRequest() => SawRequest = true;

    /// <summary>A response matched a request.</summary>
    internal void OnMatched(in InFlightRequest request)
    {
        State = SessionState.Confirmed;
        _answersUnknownProduce |= request.MayHaveNoResponse;
    }

    /// <summary>The conversation cannot be followed any more.</summary>
    internal void Break(RelayFlow flow, DecodeFailureReason reason, long now)
    {
        State = SessionState.Broken;
        OnFailure(flow, reason, now);
        Close(now);
    }

    /// <summary>Something was not decoded.</summary>
    internal void OnFailure(RelayFlow flow, DecodeFailureReason reason, long now)
    {
        _metrics.CountFailure(Direction, reason);
        if (IsTraced)
            _trace!.OnFailure(_connection, flow, reason, now);
    }

    /// <summary>A request, or token, waits for its response.</summary>
    internal void Push(in InFlightRequest request)
    {
        while (!_inFlight.TryPush(request))
            GiveUpOldest(UnansweredReason.InFlightLimit, request.SentAt);
        request.Cells?.AddInFlight(1);
    }

    /// <summary>A request that by protocol has no response; some brokers answer it all the same (librdkafka's mock cluster).</summary>
    internal void NoteWithoutResponse(in InFlightRequest request) => (_withoutResponse ??= new RecentRequests()).Add(request);

    /// <summary>Takes a recent request that by protocol has no response.</summary>
    internal bool TryTakeWithoutResponse(int correlationId, out InFlightRequest request)
    {
        request = default;
        return _withoutResponse is not null && _withoutResponse.TryTake(correlationId, out request);
    }

    /// <summary>Takes the request that a response answers.</summary>
    internal InFlightRequest Pop()
    {
        var request = _inFlight.Pop();
        request.Cells?.AddInFlight(-1);
        return request;
    }

    /// <summary>The oldest request will not be answered any more.</summary>
    internal void GiveUpOldest(UnansweredReason reason, long now) => OnUnanswered(Pop(), reason, now);

    /// <summary>A request that was taken will not be answered any more.</summary>
    internal void OnUnanswered(in InFlightRequest request, UnansweredReason reason, long now)
    {
        if (request.MayHaveNoResponse && !_answersUnknownProduce)
        {
            // A producer has one setting of acks, so a connection on which no such request was ever answered is taken for one with acks=0.
            request.Cells?.CountWithoutResponse();
            return;
        }

        request.Cells?.CountUnanswered(reason);
        if (IsTraced)
            _trace!.OnUnanswered(_connection, request, reason, now);
    }

    /// <summary>Tells the trace of bytes of a body, when it wants them. The tokens of SaslAuthenticate are told to nobody.</summary>
    internal void TraceBody(RelayFlow flow, short apiKey, ReadOnlySpan<byte> piece, bool isFirst)
    {
        if (_trace is { IsEnabled: true, WantsBodies: true } && apiKey != SaslAuthenticateKey)
            _trace.OnBody(_connection, flow, piece, isFirst);
    }

    /// <summary>Tells the trace of a frame; only when <see cref="IsTraced"/>.</summary>
    internal void TraceFrame(in FrameTrace frame) => _trace!.OnFrame(_connection, frame);

    /// <summary>Tells the trace of a token.</summary>
    internal void TraceToken(RelayFlow flow, int size, long timestamp)
    {
        if (IsTraced)
            _trace!.OnToken(_connection, flow, size, timestamp);
    }
}
