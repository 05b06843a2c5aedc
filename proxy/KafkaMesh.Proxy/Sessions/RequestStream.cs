using System.Buffers.Binary;
using System.Text;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>The requests of one session: counts each one when its last byte was relayed and notes what waits for a response.</summary>
internal sealed class RequestStream
{
    private const short SaslHandshakeKey = 17;
    private const short ApiVersionsKey = 18;

    // Key, version, correlation id and length of the client id: enough to tell a Kafka header from a token.
    private const int LookAheadBytes = 10;
    private const int NoClientId = -1;

    private readonly KafkaSession _session;
    private readonly BodySummary _summary;
    private readonly SharedText _clientId = new(FrameReader.MaxClientIdBytes);
    private FrameReader _frames = new(MessageKind.Request);
    private BodyReader _body;
    private ApiMetrics? _cells;
    private byte[]? _lookAhead;
    private int _lookedAhead;
    private string? _clientIdText;
    private KnownClient? _client;
    private bool _clientIsNew = true;
    private bool _isDeciding;
    private bool _expectsToken;
    private bool _isToken;
    private bool _readsBody;

    /// <summary>Begins with a frame.</summary>
    public RequestStream(KafkaSession session, bool startsWithToken)
    {
        _session = session;
        _summary = new BodySummary(session.Metrics, session.Direction);
        _expectsToken = startsWithToken;
    }

    /// <summary>Takes bytes of the flow.</summary>
    /// <param name="input">As relayed.</param>
    /// <param name="now">When they were written.</param>
    public void Read(ReadOnlySpan<byte> input, long now)
    {
        if (_isDeciding && !Decide(ref input, now))
            return;
        while (true)
        {
            switch (_frames.Read(ref input, out var body))
            {
                case FrameEvent.NeedMoreData:
                    return;
                case FrameEvent.FrameStart:
                    _isToken = false;
                    _isDeciding = _expectsToken;
                    if (_isDeciding && !Decide(ref input, now))
                        return;
                    break;
                case FrameEvent.Header:
                    if (!OnHeader(now))
                        return;
                    break;
                case FrameEvent.BodyStart:
                    OnBodyStart(now);
                    break;
                case FrameEvent.Body:
                    if (!_isToken)
                        _session.TraceBody(RelayFlow.Request, _frames.Request.ApiKey, body, isFirst: false);
                    if (_readsBody && !ReadBody(body, now))
                        return;
                    break;
                case FrameEvent.FrameEnd:
                    OnFrameEnd(now);
                    break;
                default:
                    var isSize = _frames.Error is DecodeError.NegativeFrameSize or DecodeError.FrameTooLarge or DecodeError.FrameTooShort;
                    _session.Break(RelayFlow.Request, isSize ? DecodeFailureReason.FrameSize : DecodeFailureReason.RequestHeader, now);
                    return;
            }
        }
    }

    /// <summary>While tokens may come: keeps the first bytes of a frame back from the reader until they tell token from request.</summary>
    /// <returns>False when more bytes are needed, or the session broke.</returns>
    private bool Decide(ref ReadOnlySpan<byte> input, long now)
    {
        _lookAhead ??= new byte[LookAheadBytes];
        var wanted = Math.Min(LookAheadBytes, _frames.FrameSize);
        var take = Math.Min(wanted - _lookedAhead, input.Length);
        input[..take].CopyTo(_lookAhead.AsSpan(_lookedAhead));
        input = input[take..];
        _lookedAhead += take;
        if (_lookedAhead < wanted)
            return false;
        _isDeciding = false;
        _lookedAhead = 0;
        if (IsKafkaHeader(_lookAhead.AsSpan(0, wanted), _frames.FrameSize))
        {
            _expectsToken = false;
            _session.OnKafkaHeader();
        }
        else
        {
            _isToken = true;
            _frames.TreatFrameAsRaw();
        }

        // A whole frame may end within these bytes, so they go the common way.
        Read(_lookAhead.AsSpan(0, wanted), now);
        return _session.State != SessionState.Broken;
    }

    private static bool IsKafkaHeader(ReadOnlySpan<byte> start, int frameSize)
    {
        Span<byte> frame = stackalloc byte[ProtocolDetector.PrefixBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, frameSize);
        start.CopyTo(frame[sizeof(int)..]);
        return ProtocolDetector.LooksLikeKafka(frame[..(sizeof(int) + start.Length)]) == true;
    }

    /// <returns>False when the session broke.</returns>
    private bool OnHeader(long now)
    {
        var header = _frames.Request;
        var clientId = _frames.ClientId;
        if (_session.State == SessionState.Tentative && clientId.ContainsAnyInRange((byte)0, (byte)0x1F))
        {
            // Kafka would take it, but no client sends it: more likely the bytes of another protocol.
            _session.Break(RelayFlow.Request, DecodeFailureReason.RequestHeader, now);
            return false;
        }

        _cells = _session.Metrics.Api(_session.Direction, header.ApiKey);
        KeepClientId(clientId, header.ClientIdLength < 0 ? NoClientId : clientId.Length);
        return true;
    }

    /// <summary>Once per connection, mostly: a client keeps its id. The text is made for traces only.</summary>
    private void KeepClientId(ReadOnlySpan<byte> clientId, int length)
    {
        if (length != _clientId.Length || !clientId.SequenceEqual(_clientId.Span))
        {
            _clientId.Write(clientId, length);
            _clientIdText = null;
            _clientIsNew = true;
        }

        if (_session.IsTraced && length >= 0)
            _clientIdText ??= Encoding.UTF8.GetString(clientId);
    }

    /// <summary>The client id of the last request as text; null when it had none. From any thread.</summary>
    public string? ClientIdText() => _clientId.Read();

    private void OnBodyStart(long now)
    {
        _readsBody = false;
        if (_isToken)
            return;
        var header = _frames.Request;
        _session.TraceBody(RelayFlow.Request, header.ApiKey, [], isFirst: true);
        _summary.Start(header.ApiKey, MessageKind.Request, _cells, _session.WantsTopics);
        _readsBody = _body.TryStart(header.ApiKey, header.ApiVersion, MessageKind.Request, _frames.BodyLength);
        if (!_readsBody)
            _session.OnFailure(RelayFlow.Request, UnknownReason(header.ApiKey), now);
    }

    /// <summary>Why the schema has no body for a key and version.</summary>
    public static DecodeFailureReason UnknownReason(short apiKey) =>
        KafkaSchema.TryGetVersions(apiKey, out _, out _) ? DecodeFailureReason.UnknownVersion : DecodeFailureReason.UnknownApi;

    /// <returns>False when the session broke.</returns>
    private bool ReadBody(ReadOnlySpan<byte> body, long now)
    {
        var sink = new SummarySink(_summary);
        var status = _body.Read(body, ref sink);
        if (status == DecodeStatus.NeedMoreData)
            return true;
        _readsBody = false;
        if (status == DecodeStatus.Done && _body.TrailingBytes == 0)
            return true;
        var reason = status == DecodeStatus.Done ? DecodeFailureReason.TrailingBytes : DecodeFailureReason.MalformedBody;
        if (_session.State != SessionState.Tentative)
        {
            _session.OnFailure(RelayFlow.Request, reason, now);
            return true;
        }

        // The first thing that the schema can contradict: what looked like a header was not one (ZooKeeper's connect looks
        // like Produce 0 with bytes to spare).
        _session.Break(RelayFlow.Request, reason, now);
        return false;
    }

    private void OnFrameEnd(long now)
    {
        if (_isToken)
        {
            _session.TraceToken(RelayFlow.Request, _frames.FrameSize, now);
            _session.Push(new InFlightRequest { SentAt = now });
            return;
        }

        var header = _frames.Request;
        var cells = _cells!;
        cells.CountRequest(header.ApiVersion, _frames.FrameSize);
        _session.OnRequest();
        NoteClient(header.ApiKey, now);
        if (_session.IsTraced)
            Trace(header, now);
        _expectsToken = header is { ApiKey: SaslHandshakeKey, ApiVersion: 0 };
        var request = new InFlightRequest
        {
            Cells = cells,
            ClientId = _clientIdText,
            SentAt = now,
            CorrelationId = header.CorrelationId,
            Group = _summary.Group,
            ApiKey = header.ApiKey,
            ApiVersion = header.ApiVersion,
        };
        if (!_summary.WantsNoResponse)
        {
            _session.Push(request);
            return;
        }

        cells.CountWithoutResponse();
        _session.NoteWithoutResponse(request);
    }

    private void NoteClient(short apiKey, long now)
    {
        if (!_clientIsNew && apiKey != ApiVersionsKey && _client is not { IsEvicted: true })
        {
            _client?.Touch(now);
            return;
        }

        var metrics = _session.Metrics;
        if (metrics.Series.Limits.Clients == 0)
            return;
        _clientIsNew = false;
        _client = metrics.Series.Clients.Add(_clientId.Span, _summary.Software, _summary.SoftwareVersion, now, out var hasEvicted);
        if (_client is null || hasEvicted)
            metrics.CountDropped(SeriesMetric.ClientInfo);
    }

    private void Trace(in RequestHeader header, long now) => _session.TraceFrame(new FrameTrace
    {
        Flow = RelayFlow.Request,
        ApiKey = header.ApiKey,
        ApiVersion = header.ApiVersion,
        CorrelationId = header.CorrelationId,
        ClientId = _clientIdText,
        Size = _frames.FrameSize,
        Timestamp = now,
        Topics = _summary.Topics,
    });
}
