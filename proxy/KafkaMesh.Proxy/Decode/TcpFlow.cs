using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// Puts the segments of one flow in order: drops what was seen before, keeps what came too early, and steps over what never
/// comes. What arrived first wins where segments overlap. The relay's order between both flows is kept too: a segment is not
/// delivered before the bytes of the other flow that it acknowledges.
/// </summary>
internal sealed class TcpFlow(RelayFlow flow, ITcpFlowSink sink, ReassemblyBudget budget)
{
    // The largest window that TCP knows (RFC 7323 section 2.3): numbers further away belong to no segment of this flow.
    private const int MaxWindow = 1 << 30;

    // Segments that may come before the SYN, or before the first of those that are in the capture.
    private const int MaxUnsynchronised = 64;

    private readonly List<HeldSegment> _early = [];
    private TcpFlow? _awaited;
    private uint _endAt;
    private long _time = long.MinValue;
    private bool _hasEnd;
    private bool _isReset;
    private bool _isEnded;

    /// <summary>Sequence number of the next byte.</summary>
    public uint Next { get; private set; }

    /// <summary>Whether <see cref="Next"/> is known.</summary>
    public bool IsSynchronised { get; private set; }

    /// <summary>Bytes kept.</summary>
    public int EarlyBytes { get; private set; }

    /// <summary>Segments kept.</summary>
    public int EarlySegments => _early.Count;

    /// <summary>Delivers only what does not acknowledge more of another flow than that one delivered.</summary>
    public void Await(TcpFlow other) => _awaited = other;

    /// <summary>The flow begins with this sequence number.</summary>
    public void Start(uint first)
    {
        Next = first;
        IsSynchronised = true;
    }

    /// <summary>Whether a segment holds bytes behind those delivered.</summary>
    public bool IsNews(in TcpSegment segment) => (int)(segment.Sequence + (uint)segment.Length - Next) > 0;

    /// <summary>Takes a segment; call <see cref="Drain"/> afterwards.</summary>
    public void Accept(in TcpSegment segment, long timestamp)
    {
        if (_isEnded)
            return;
        if (segment.Has(TcpFlags.Fin) || segment.Has(TcpFlags.Rst))
        {
            _isReset |= segment.Has(TcpFlags.Rst);
            if (!_hasEnd || !segment.Has(TcpFlags.Rst))
                _endAt = segment.Sequence + (uint)segment.Length;
            _hasEnd = true;
        }

        if (segment.Length == 0 || (IsSynchronised && !IsNews(segment)))
            return;
        if (IsSynchronised && _early.Count == 0 && (int)(segment.Sequence - Next) <= 0 && IsOpen(segment.Acknowledged))
            Deliver(segment.Payload, segment.Length, segment.Sequence, _time = timestamp);
        else
            Keep(new HeldSegment(segment, timestamp));
        if (_early.Count >= MaxUnsynchronised)
            Synchronise();
    }

    /// <summary>Without a SYN so far: the flow begins with the first segment of those that came.</summary>
    public void Synchronise()
    {
        if (!IsSynchronised && _early.Count > 0)
            Start(_early[0].Sequence);
    }

    /// <summary>Delivers what is in order.</summary>
    /// <returns>Whether anything happened.</returns>
    public bool Drain(long timestamp)
    {
        var hasMoved = false;
        if (!IsSynchronised)
            return CheckEnd(timestamp);
        while (_early.Count > 0 && (int)(_early[0].Sequence - Next) <= 0 && IsOpen(_early[0].Acknowledged))
        {
            var early = _early[0];
            _early.RemoveAt(0);
            EarlyBytes -= early.Payload.Length;
            budget.Return(early.Payload.Length);

            // It could be read only when the bytes before it had come.
            Deliver(early.Payload, early.Length, early.Sequence, _time = Math.Max(_time, early.Timestamp));
            hasMoved = true;
        }

        return hasMoved | CheckEnd(timestamp);
    }

    /// <summary>Gives up waiting for what the first segment kept waits for: bytes before it, or bytes of the other flow.</summary>
    public void StepOver()
    {
        Synchronise();
        var first = _early[0];
        var missing = (int)(first.Sequence - Next);
        if (missing > 0)
            Skip(first.Sequence, first.Timestamp);
        else if (_awaited is { } other && !IsOpen(first.Acknowledged))
            other.StepTowards(first.Acknowledged!.Value, first.Timestamp);
    }

    private void StepTowards(uint acknowledged, long timestamp)
    {
        if (_early.Count > 0 && (int)(_early[0].Sequence - acknowledged) < 0)
            StepOver();
        else
            Skip(acknowledged, timestamp);
    }

    private void Skip(uint to, long timestamp)
    {
        var missing = (int)(to - Next);
        Next = to;
        sink.OnGap(flow, missing, timestamp);
    }

    private bool IsOpen(uint? acknowledged)
    {
        if (_awaited is not { IsSynchronised: true } other || acknowledged is not { } number)
            return true;
        return (int)(number - other.Next) is <= 0 or > MaxWindow;
    }

    private void Deliver(ReadOnlySpan<byte> payload, int length, uint sequence, long timestamp)
    {
        var known = (int)(Next - sequence);
        if (known >= length)
            return;
        Next += (uint)(length - known);
        if (known < payload.Length)
            sink.OnBytes(flow, payload[known..], timestamp);
        if (payload.Length < length)
            sink.OnGap(flow, length - Math.Max(known, payload.Length), timestamp);
    }

    private void Keep(HeldSegment segment)
    {
        var at = _early.Count;
        while (at > 0 && (int)(_early[at - 1].Sequence - segment.Sequence) > 0)
            at--;
        _early.Insert(at, segment);
        EarlyBytes += segment.Payload.Length;
        budget.Take(segment.Payload.Length);
    }

    private bool CheckEnd(long timestamp)
    {
        if (_isEnded || !_hasEnd || (!_isReset && (!IsSynchronised || _early.Count > 0)) || (IsSynchronised && (int)(_endAt - Next) > 0))
            return false;
        _isEnded = true;
        if (!_isReset)
            Next++; // the FIN takes a number, which the other side acknowledges
        sink.OnEnd(flow, _isReset, timestamp);
        return true;
    }
}
