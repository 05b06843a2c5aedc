using System.Buffers.Binary;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>The responses of one session: pairs each with the request it answers and counts it when its last byte was relayed.</summary>
internal sealed class ResponseStream
{
    private const int ResponsePrefix = 8;

    private readonly KafkaSession _session;
    private readonly BodySummary _summary;
    private FrameReader _frames = new(MessageKind.Response, int.MaxValue); // brokers bound requests, not responses
    private BodyReader _body;
    private InFlightRequest _request;
    private long _firstByteAt;
    private bool _isMatched;
    private bool _isJoining;
    private bool _readsBody;
    private bool _isBodyRead;

    /// <summary>Begins with a frame, or searches for one.</summary>
    public ResponseStream(KafkaSession session, bool isJoining)
    {
        _session = session;
        _summary = new BodySummary(session.Metrics, session.Direction);
        _isJoining = isJoining;
    }

    /// <summary>Takes bytes of the flow.</summary>
    /// <param name="input">As relayed.</param>
    /// <param name="now">When they were read.</param>
    public void Read(ReadOnlySpan<byte> input, long now)
    {
        if (_isJoining && !BeginsWithAnswer(input))
            return;
        _isJoining = false;
        while (true)
        {
            switch (_frames.Read(ref input, out var body))
            {
                case FrameEvent.NeedMoreData:
                    return;
                case FrameEvent.FrameStart:
                    OnFrameStart(now);
                    break;
                case FrameEvent.Header:
                    if (!Match(now))
                        return;
                    break;
                case FrameEvent.BodyStart:
                    OnBodyStart(now);
                    break;
                case FrameEvent.Body:
                    if (_isMatched && !_request.IsToken)
                        _session.TraceBody(RelayFlow.Response, _request.ApiKey, body, isFirst: false);
                    if (_readsBody)
                        ReadBody(body, now);
                    break;
                case FrameEvent.FrameEnd:
                    OnFrameEnd(now);
                    break;
                default:
                    _session.Break(RelayFlow.Response, DecodeFailureReason.FrameSize, now);
                    return;
            }
        }
    }

    /// <summary>No more bytes will come: a response that has begun, but not ended, answers nothing.</summary>
    public void GiveUp(long now)
    {
        if (_isMatched)
            _session.OnUnanswered(_request, UnansweredReason.Closed, now);
        _isMatched = false;
    }

    /// <summary>On a connection joined in its middle: whether a piece begins with a response to a request that was seen.</summary>
    private bool BeginsWithAnswer(ReadOnlySpan<byte> piece) =>
        piece.Length >= ResponsePrefix
        && BinaryPrimitives.ReadInt32BigEndian(piece) >= sizeof(int)
        && _session.InFlight.Find(BinaryPrimitives.ReadInt32BigEndian(piece[sizeof(int)..])) >= 0;

    private void OnFrameStart(long now)
    {
        _firstByteAt = now;
        _isMatched = false;
        if (!IsTokenDue || _frames.FrameSize >= sizeof(int))
            return;

        // Shorter than any header: the answer to a token, mostly empty.
        TakeToken();
        _frames.TreatFrameAsRaw();
    }

    private bool IsTokenDue => _session.InFlight.Count > 0 && _session.InFlight.Oldest.IsToken;

    private void TakeToken()
    {
        _request = _session.Pop();
        _isMatched = true;
    }

    /// <returns>False when the session broke.</returns>
    private bool Match(long now)
    {
        var older = _session.InFlight.Find(_frames.CorrelationId);
        if (older >= 0)
        {
            for (; older > 0; older--)
                _session.GiveUpOldest(UnansweredReason.Resync, now);
            _request = _session.Pop();
        }
        else if (IsTokenDue)
        {
            // What was read as a correlation id is the begin of a token.
            TakeToken();
            return true;
        }
        else if (!_session.TryTakeWithoutResponse(_frames.CorrelationId, out _request))
        {
            return OnUnmatched(now);
        }

        _isMatched = true;
        _session.OnMatched();
        _frames.SetResponseHeaderVersion(KafkaSchema.GetResponseHeaderVersion(_request.ApiKey, _request.ApiVersion));
        return true;
    }

    private bool OnUnmatched(long now)
    {
        if (_session.State != SessionState.Confirmed)
        {
            _session.Break(RelayFlow.Response, DecodeFailureReason.NeverMatched, now);
            return false;
        }

        _session.OnFailure(RelayFlow.Response, DecodeFailureReason.UnmatchedResponse, now);
        return true;
    }

    private void OnBodyStart(long now)
    {
        _readsBody = false;
        _isBodyRead = false;
        if (!_isMatched || _request.IsToken)
            return;
        _session.TraceBody(RelayFlow.Response, _request.ApiKey, [], isFirst: true);
        _summary.Start(_request.ApiKey, MessageKind.Response, _request.Cells, _session.WantsTopics);
        _readsBody = _body.TryStart(_request.ApiKey, _request.ApiVersion, MessageKind.Response, _frames.BodyLength);
        if (!_readsBody)
            _session.OnFailure(RelayFlow.Response, RequestStream.UnknownReason(_request.ApiKey), now);
    }

    private void ReadBody(ReadOnlySpan<byte> body, long now)
    {
        var sink = new SummarySink(_summary);
        var status = _body.Read(body, ref sink);
        if (status == DecodeStatus.NeedMoreData)
            return;
        _readsBody = false;
        _isBodyRead = status == DecodeStatus.Done;
        if (status == DecodeStatus.Failed)
            _session.OnFailure(RelayFlow.Response, _body.Error == DecodeError.UnknownVersion ? DecodeFailureReason.UnknownVersion : DecodeFailureReason.MalformedBody, now);
        else if (_body.TrailingBytes > 0)
            _session.OnFailure(RelayFlow.Response, DecodeFailureReason.TrailingBytes, now);
    }

    private void OnFrameEnd(long now)
    {
        if (!_isMatched)
            return;
        _isMatched = false;
        if (_request.Cells is not { } cells)
        {
            _session.TraceToken(RelayFlow.Response, _frames.FrameSize, now);
            return;
        }

        var latency = Math.Max(_firstByteAt - _request.SentAt, 0);

        // Bytes to spare mean that the body has another layout than its version says (librdkafka's mock cluster answers
        // ApiVersions 3 so); what looks like a throttle time there is none.
        var throttle = _body.TrailingBytes > 0 ? 0 : _summary.ThrottleMilliseconds;
        cells.CountResponse(_frames.FrameSize, _summary.HasError, throttle);
        cells.RecordLatency(Result(), Ticks.ToNanoseconds(latency));
        if (_request.Group >= 0 && _summary is { Generation: > 0, HasError: false })
            _session.Metrics.Series.Groups.Joined(_request.Group, _summary.Generation, _summary.Members);
        if (_session.IsTraced)
            Trace(latency);
    }

    private LatencyResult Result()
    {
        if (!_summary.IsLongPoll)
            return LatencyResult.All;
        if (_summary.RecordBytes > 0)
            return LatencyResult.Data;
        return _isBodyRead ? LatencyResult.Empty : LatencyResult.All;
    }

    private void Trace(long latency) => _session.TraceFrame(new FrameTrace
    {
        Flow = RelayFlow.Response,
        ApiKey = _request.ApiKey,
        ApiVersion = _request.ApiVersion,
        CorrelationId = _request.CorrelationId,
        ClientId = _request.ClientId,
        Size = _frames.FrameSize,
        Timestamp = _firstByteAt,
        Latency = latency,
        Errors = _summary.Errors,
        Topics = _summary.Topics,
    });
}
