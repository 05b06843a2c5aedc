using System.Buffers.Binary;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>The responses of one session: pairs each with the request it answers and counts it when its last byte was relayed.</summary>
internal sealed class ResponseStream
{
    private const short JoinGroupKey = 11;
    private const short LeaveGroupKey = 13;
    private const short MemberIdRequired = 79;

    private readonly KafkaSession _session;
    private FlowDecoder? _decoder;
    private bool _isMatched;
    private FrameSearch? _search;
    private bool _isBodyRead;
    private bool _isInBody;
    private bool _isCut;

    /// <summary>Begins with a frame, or searches for one.</summary>
    public ResponseStream(KafkaSession session, bool isJoining)
    {
        _session = session;
        _search = isJoining ? new FrameSearch() : null;
    }

    // What is lent while a frame is open; only then.
    private ref FrameReader Frames => ref _decoder!.Frames;

    private ref BodyReader Body => ref _decoder!.Body;

    private ref bool ReadsBody => ref _decoder!.ReadsBody;

    private BodySummary Summary => _decoder!.Summary;

    private ref InFlightRequest Request => ref _decoder!.Answered;

    private ref long FirstByteAt => ref _decoder!.FirstByteAt;

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
    /// <param name="now">When they were read.</param>
    public void Read(ReadOnlySpan<byte> input, long now)
    {
        if (_search is not null && !FindFrame(_search, ref input, now))
            return;
        _decoder ??= FlowDecoder.Take(MessageKind.Response);
        ReadFrames(input, now);
        FlowDecoder.GiveBack(ref _decoder);
    }

    private void ReadFrames(ReadOnlySpan<byte> input, long now)
    {
        while (true)
        {
            switch (Frames.Read(ref input, out var body))
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
                    if (_isMatched && !Request.IsToken && !_isCut)
                        _session.TraceBody(RelayFlow.Response, Request.ApiKey, body, isFirst: false);
                    if (ReadsBody)
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
            _session.OnUnanswered(Request, UnansweredReason.Closed, now);
        _isMatched = false;
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

        if (bytes == 0)
            return;
        if (_decoder is not null)
            Frames = FlowDecoder.NewReader(MessageKind.Response);
        _isInBody = false;
        _search = new FrameSearch();
    }

    /// <summary>Searches for a response to a request that was seen; older ones were answered unseen.</summary>
    private bool FindFrame(FrameSearch search, ref ReadOnlySpan<byte> input, long now)
    {
        if (!search.TryFind(input, bytes => FrameProbe.FindResponse(bytes, _session.InFlight, _session.IsPartial), out input))
            return false;
        for (var older = _session.InFlight.Find(BinaryPrimitives.ReadInt32BigEndian(input[sizeof(int)..])); older > 0; older--)
            _session.GiveUpOldest(UnansweredReason.Resync, now);
        _search = null;
        return true;
    }

    private void OnFrameStart(long now)
    {
        FirstByteAt = now;
        _isMatched = false;
        if (!IsTokenDue || Frames.FrameSize >= sizeof(int))
            return;

        // Shorter than any header: the answer to a token, mostly empty.
        TakeToken();
        Frames.TreatFrameAsRaw();
    }

    private bool IsTokenDue => _session.InFlight.Count > 0 && _session.InFlight.Oldest.IsToken;

    private void TakeToken()
    {
        Request = _session.Pop();
        _isMatched = true;
    }

    /// <returns>False when the session broke.</returns>
    private bool Match(long now)
    {
        var older = _session.InFlight.Find(Frames.CorrelationId);
        if (older >= 0)
        {
            for (; older > 0; older--)
                _session.GiveUpOldest(UnansweredReason.Resync, now);
            Request = _session.Pop();
        }
        else if (IsTokenDue)
        {
            // What was read as a correlation id is the begin of a token.
            TakeToken();
            return true;
        }
        else if (!_session.TryTakeWithoutResponse(Frames.CorrelationId, out Request))
        {
            return OnUnmatched(now);
        }

        _isMatched = true;
        _session.OnMatched(Request);
        Frames.SetResponseHeaderVersion(KafkaSchema.GetResponseHeaderVersion(Request.ApiKey, Request.ApiVersion));
        return true;
    }

    private bool OnUnmatched(long now)
    {
        if (_session.State != SessionState.Confirmed && !_session.IsPartial)
        {
            _session.Break(RelayFlow.Response, DecodeFailureReason.NeverMatched, now);
            return false;
        }

        _session.OnFailure(RelayFlow.Response, DecodeFailureReason.UnmatchedResponse, now);
        return true;
    }

    private void OnBodyStart(long now)
    {
        ReadsBody = false;
        _isBodyRead = false;
        _isInBody = true;
        _isCut = false;
        if (!_isMatched || Request.IsToken)
            return;
        _session.TraceBody(RelayFlow.Response, Request.ApiKey, [], isFirst: true);
        Summary.Start(_session.Metrics, _session.Direction, Request.ApiKey, MessageKind.Response, Request.Cells, _session.WantsTopics);
        if (Request.IsFollower)
            Summary.AnswersFollower();
        ReadsBody = Body.TryStart(Request.ApiKey, Request.ApiVersion, MessageKind.Response, Frames.BodyLength);
        if (!ReadsBody)
            _session.OnFailure(RelayFlow.Response, RequestStream.UnknownReason(Request.ApiKey), now);
    }

    private void ReadBody(ReadOnlySpan<byte> body, long now)
    {
        var sink = new SummarySink(Summary);
        var status = Body.Read(body, ref sink);
        if (status == DecodeStatus.NeedMoreData)
            return;
        ReadsBody = false;
        _isBodyRead = status == DecodeStatus.Done;
        if (status == DecodeStatus.Failed)
            _session.OnFailure(RelayFlow.Response, Body.Error == DecodeError.UnknownVersion ? DecodeFailureReason.UnknownVersion : DecodeFailureReason.MalformedBody, now);
        else if (Body.TrailingBytes > 0)
            _session.OnFailure(RelayFlow.Response, DecodeFailureReason.TrailingBytes, now);
    }

    private void OnFrameEnd(long now)
    {
        _isInBody = false;
        if (!_isMatched)
            return;
        _isMatched = false;
        if (Request.Cells is not { } cells)
        {
            _session.TraceToken(RelayFlow.Response, Frames.FrameSize, now);
            return;
        }

        var latency = Math.Max(FirstByteAt - Request.SentAt, 0);

        // Bytes to spare mean that the body has another layout than its version says (librdkafka's mock cluster answers
        // ApiVersions 3 so); what looks like a throttle time there is none.
        var throttle = Body.TrailingBytes > 0 ? 0 : Summary.ThrottleMilliseconds;
        cells.CountResponse(Frames.FrameSize, Summary.HasError && !IsNegotiation(), throttle);
        cells.RecordLatency(Result(), Ticks.ToNanoseconds(latency));
        if (Request.Group is { } group && !Summary.HasError)
            CountGroup(group);
        if (_session.IsTraced)
            Trace(latency);
    }

    /// <summary>
    /// Whether the error is how client and broker come to terms: the versions of a broker that lacks the one asked for (KIP-511), and the id of a
    /// member that joins for the first time (KIP-394). The client goes on with what it was told; nothing has failed.
    /// </summary>
    private bool IsNegotiation() =>
        Body.IsFallback || (Request.ApiKey == JoinGroupKey && Summary.Errors.Count == 1 && Summary.Errors[0] == MemberIdRequired);

    private void CountGroup(NamedSeries group)
    {
        var groups = _session.Metrics.Series.Groups;
        if (Request.ApiKey == LeaveGroupKey)
        {
            groups.Left(group, Request.MemberEpoch);
            return;
        }

        if (Summary.Generation > 0)
            groups.Joined(group, Summary.Generation, Summary.Members);
        else if (Summary.MemberEpoch <= 0 || Summary.MemberEpoch == Request.MemberEpoch)
            return; // A heartbeat of a member that stays where it was: nearly all of them.
        else
            groups.Advanced(group, Summary.MemberEpoch, joins: Request.MemberEpoch == 0);
        if (group == groups.Other)
            _session.Metrics.CountDropped(SeriesMetric.GroupRebalances);
    }

    private LatencyResult Result()
    {
        if (!Summary.IsLongPoll)
            return LatencyResult.All;

        // An error ends the wait: brokers answer at once, however long the poll may last.
        if (Summary.RecordBytes > 0 || Summary.HasError)
            return LatencyResult.Data;
        return _isBodyRead ? LatencyResult.Empty : LatencyResult.All;
    }

    private void Trace(long latency) => _session.TraceFrame(new FrameTrace
    {
        Flow = RelayFlow.Response,
        ApiKey = Request.ApiKey,
        ApiVersion = Request.ApiVersion,
        CorrelationId = Request.CorrelationId,
        ClientId = Request.ClientId,
        Size = Frames.FrameSize,
        Timestamp = FirstByteAt,
        Latency = latency,
        IsCut = _isCut,
        Errors = Summary.Errors,
        Topics = Summary.Topics,
    });
}
