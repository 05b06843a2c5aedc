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
    private const short ProduceKey = 0;
    private const short LeaveGroupKey = 13;
    private const short SaslHandshakeKey = 17;
    private const short ApiVersionsKey = 18;

    // Key, version, correlation id and length of the client id: enough to tell a Kafka header from a token.
    private const int LookAheadBytes = 10;
    private const int NoClientId = -1;

    private readonly KafkaSession _session;
    private readonly SharedText _clientId = new(FrameReader.MaxClientIdBytes);
    private FlowDecoder? _decoder;
    private ApiMetrics? _cells;
    private short _cellsKey;
    private byte[]? _lookAhead;
    private byte[]? _software;
    private byte[]? _softwareVersion;
    private int _lookedAhead;
    private string? _clientIdText;
    private KnownClient? _client;
    private bool _clientIsNew = true;
    private bool _isDeciding;
    private bool _expectsToken;
    private bool _isToken;
    private bool _isInBody;
    private bool _isCut;
    private bool _isUnknown;
    private FrameSearch? _search;

    /// <summary>Begins with a frame.</summary>
    public RequestStream(KafkaSession session, bool startsWithToken)
    {
        _session = session;
        _expectsToken = startsWithToken;
    }

    // What is lent while a frame is open; only then.
    private ref FrameReader Frames => ref _decoder!.Frames;

    private ref BodyReader Body => ref _decoder!.Body;

    private ref bool ReadsBody => ref _decoder!.ReadsBody;

    private BodySummary Summary => _decoder!.Summary;

    /// <summary>How many of the next bytes will not be looked at.</summary>
    public int SkippableBytes => _decoder?.SkippableBytes ?? 0;

    /// <summary>Bytes of the flow were relayed unseen, at most <see cref="SkippableBytes"/>.</summary>
    public void Skip(int count, long now)
    {
        if (_decoder!.Skip(count))
            Read([], now);
    }

    /// <summary>Takes bytes of the flow.</summary>
    /// <param name="input">As relayed.</param>
    /// <param name="now">When they were written.</param>
    public void Read(ReadOnlySpan<byte> input, long now)
    {
        if (_search is { } search)
        {
            if (!search.TryFind(input, bytes => FrameProbe.FindRequest(bytes, isPartial: true), out input))
                return;
            _search = null;
        }

        _decoder ??= FlowDecoder.Take(MessageKind.Request);
        ReadFrames(input, now);
        FlowDecoder.GiveBack(ref _decoder);
    }

    private void ReadFrames(ReadOnlySpan<byte> input, long now)
    {
        if (_isDeciding && !Decide(ref input, now))
            return;
        while (true)
        {
            switch (Frames.Read(ref input, out var body))
            {
                case FrameEvent.NeedMoreData:
                    return;
                case FrameEvent.FrameStart:
                    if (Frames.FrameSize > FrameReader.DefaultMaxFrameSize && _session.State != SessionState.Confirmed)
                    {
                        // Few brokers are configured to take so much; before a response has matched it is more likely no size at all.
                        _session.Break(RelayFlow.Request, DecodeFailureReason.FrameSize, now);
                        return;
                    }

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
                    if (!_isToken && !_isCut)
                        _session.TraceBody(RelayFlow.Request, Frames.Request.ApiKey, body, isFirst: false);
                    if (ReadsBody && !ReadBody(body, now))
                        return;
                    break;
                case FrameEvent.FrameEnd:
                    OnFrameEnd(now);
                    break;
                default:
                    var isSize = Frames.Error is DecodeError.NegativeFrameSize or DecodeError.FrameTooLarge or DecodeError.FrameTooShort;
                    _session.Break(RelayFlow.Request, isSize ? DecodeFailureReason.FrameSize : DecodeFailureReason.RequestHeader, now);
                    return;
            }
        }
    }

    /// <summary>The next bytes were not seen: as far as they belong to a body only its details are lost.</summary>
    public void OnGap(int bytes, long now)
    {
        if (_isInBody)
        {
            _isCut = true;
            ReadsBody = false;
            bytes -= UnseenBytes.Feed(Read, Math.Min(bytes, Frames.BytesLeft), now);
        }

        if (bytes > 0)
            Search();
    }

    private void Search()
    {
        if (_decoder is not null)
            Frames = FlowDecoder.NewReader(MessageKind.Request);
        _isInBody = _isDeciding = _expectsToken = false;
        _lookedAhead = 0;
        _search = new FrameSearch();
    }

    /// <summary>While tokens may come: keeps the first bytes of a frame back from the reader until they tell token from request.</summary>
    /// <returns>False when more bytes are needed, or the session broke.</returns>
    private bool Decide(ref ReadOnlySpan<byte> input, long now)
    {
        _lookAhead ??= new byte[LookAheadBytes];
        var wanted = Math.Min(LookAheadBytes, Frames.FrameSize);
        var take = Math.Min(wanted - _lookedAhead, input.Length);
        input[..take].CopyTo(_lookAhead.AsSpan(_lookedAhead));
        input = input[take..];
        _lookedAhead += take;
        if (_lookedAhead < wanted)
            return false;
        _isDeciding = false;
        _lookedAhead = 0;
        if (IsKafkaHeader(_lookAhead.AsSpan(0, wanted), Frames.FrameSize))
        {
            _expectsToken = false;
            _session.OnKafkaHeader();
        }
        else
        {
            _isToken = true;
            Frames.TreatFrameAsRaw();
        }

        // A whole frame may end within these bytes, so they go the common way.
        ReadFrames(_lookAhead.AsSpan(0, wanted), now);
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
        var header = Frames.Request;
        var clientId = Frames.ClientId;
        if (_session.State == SessionState.Tentative && clientId.ContainsAnyInRange((byte)0, (byte)0x1F))
        {
            // Kafka would take it, but no client sends it: more likely the bytes of another protocol.
            _session.Break(RelayFlow.Request, DecodeFailureReason.RequestHeader, now);
            return false;
        }

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
        ReadsBody = false;
        _isInBody = true;
        _isCut = false;
        if (_isToken)
            return;
        var header = Frames.Request;
        _session.TraceBody(RelayFlow.Request, header.ApiKey, [], isFirst: true);
        Summary.Start(_session.Metrics, _session.Direction, header.ApiKey, MessageKind.Request, cells: null, _session.WantsTopics);
        Summary.Software = _software;
        Summary.SoftwareVersion = _softwareVersion;
        ReadsBody = Body.TryStart(header.ApiKey, header.ApiVersion, MessageKind.Request, Frames.BodyLength);
        _isUnknown = !ReadsBody;
        if (!ReadsBody)
            _session.OnFailure(RelayFlow.Request, UnknownReason(header.ApiKey), now);
    }

    /// <summary>Why the schema has no body for a key and version.</summary>
    public static DecodeFailureReason UnknownReason(short apiKey) =>
        KafkaSchema.TryGetVersions(apiKey, out _, out _) ? DecodeFailureReason.UnknownVersion : DecodeFailureReason.UnknownApi;

    /// <returns>False when the session broke.</returns>
    private bool ReadBody(ReadOnlySpan<byte> body, long now)
    {
        var sink = new SummarySink(Summary);
        var status = Body.Read(body, ref sink);
        if (status == DecodeStatus.NeedMoreData)
            return true;
        ReadsBody = false;
        if (status == DecodeStatus.Done && Body.TrailingBytes == 0)
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
        _isInBody = false;
        if (_isToken)
        {
            _session.TraceToken(RelayFlow.Request, Frames.FrameSize, now);
            _session.Push(new InFlightRequest { SentAt = now });
            return;
        }

        var header = Frames.Request;
        var cells = Summary.IsFollower ? _session.Metrics.FollowerFetch(_session.Direction) : CellsOf(header.ApiKey);
        cells.CountRequest(header.ApiVersion, Frames.FrameSize);
        _session.OnRequest();
        _software = Summary.Software;
        _softwareVersion = Summary.SoftwareVersion;
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
            Group = Summary.Group,
            MemberEpoch = header.ApiKey == LeaveGroupKey && Summary.Group is { } left ? _session.Metrics.Series.Groups.GenerationOf(left) : Summary.MemberEpoch,
            ApiKey = header.ApiKey,
            ApiVersion = header.ApiVersion,
            IsFollower = Summary.IsFollower,
            MayHaveNoResponse = _isUnknown && header.ApiKey == ProduceKey,
        };
        if (!Summary.WantsNoResponse)
        {
            _session.Push(request);
            return;
        }

        cells.CountWithoutResponse();
        _session.NoteWithoutResponse(request);
    }

    // Kept, because most requests are like the one before; a key's cells stay the same.
    private ApiMetrics CellsOf(short apiKey)
    {
        if (_cells is null || apiKey != _cellsKey)
        {
            _cells = _session.Metrics.Api(_session.Direction, apiKey);
            _cellsKey = apiKey;
        }

        return _cells;
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
        _client = metrics.Series.Clients.Add(_clientId.Span, _software, _softwareVersion, now, out var hasEvicted);
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
        Size = Frames.FrameSize,
        Timestamp = now,
        IsCut = _isCut,
        Topics = Summary.Topics,
    });
}
