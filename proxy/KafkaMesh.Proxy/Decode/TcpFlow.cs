using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// Puts the segments of one flow in order: drops what was seen before, keeps what came too early, and steps over what never
/// comes. What arrived first wins where segments overlap.
/// </summary>
internal sealed class TcpFlow(RelayFlow flow, ITcpFlowSink sink, ReassemblyBudget budget)
{
    /// <summary>Most early bytes that are kept before the missing ones count as lost.</summary>
    public const int MaxEarlyBytes = 4 << 20;

    /// <summary>Most early segments that are kept.</summary>
    public const int MaxEarlySegments = 4096;

    private readonly List<Early> _early = [];
    private int _earlyBytes;
    private uint _next;
    private uint _finAt;
    private bool _isSynchronised;
    private bool _hasFin;
    private bool _isEnded;

    /// <summary>The flow begins after a SYN with this sequence number.</summary>
    public void Start(uint initialSequence)
    {
        _next = initialSequence + 1;
        _isSynchronised = true;
    }

    /// <summary>Takes a segment.</summary>
    public void Accept(in TcpSegment segment, long timestamp)
    {
        if (_isEnded)
            return;
        if (!_isSynchronised && segment.Length > 0)
        {
            _next = segment.Sequence;
            _isSynchronised = true;
        }

        if (segment.Has(TcpFlags.Fin) && !_hasFin)
        {
            _hasFin = true;
            _finAt = segment.Sequence + (uint)segment.Length;
        }

        if (segment.Length > 0)
            AcceptPayload(segment, timestamp);
        CheckEnd(timestamp);
    }

    /// <summary>Nothing more comes: delivers what was kept, stepping over what is missing.</summary>
    public void Flush(long timestamp)
    {
        while (_early.Count > 0)
            StepOver(timestamp);
        CheckEnd(timestamp);
    }

    private void AcceptPayload(in TcpSegment segment, long timestamp)
    {
        var ahead = (int)(segment.Sequence - _next);
        if (ahead <= 0)
        {
            Deliver(segment.Payload, segment.Length, -ahead, timestamp);
            Drain(timestamp);
            return;
        }

        Keep(segment);
        while (_earlyBytes > MaxEarlyBytes || _early.Count > MaxEarlySegments || (budget.IsExceeded && _early.Count > 0))
            StepOver(timestamp);
    }

    private void Deliver(ReadOnlySpan<byte> payload, int length, int known, long timestamp)
    {
        if (known >= length)
            return;
        _next += (uint)(length - known);
        if (known < payload.Length)
            sink.OnBytes(flow, payload[known..], timestamp);
        if (payload.Length < length)
            sink.OnGap(flow, length - Math.Max(known, payload.Length), timestamp);
    }

    private void Keep(in TcpSegment segment)
    {
        var early = new Early(segment.Sequence, segment.Payload.ToArray(), segment.Length);
        var at = _early.Count;
        while (at > 0 && (int)(_early[at - 1].Sequence - early.Sequence) > 0)
            at--;
        _early.Insert(at, early);
        _earlyBytes += early.Payload.Length;
        budget.Take(early.Payload.Length);
    }

    private void Drain(long timestamp)
    {
        while (_early.Count > 0 && (int)(_early[0].Sequence - _next) <= 0)
        {
            var early = _early[0];
            _early.RemoveAt(0);
            _earlyBytes -= early.Payload.Length;
            budget.Return(early.Payload.Length);
            Deliver(early.Payload, early.Length, -(int)(early.Sequence - _next), timestamp);
        }
    }

    private void StepOver(long timestamp)
    {
        var missing = (int)(_early[0].Sequence - _next);
        _next = _early[0].Sequence;
        sink.OnGap(flow, missing, timestamp);
        Drain(timestamp);
    }

    private void CheckEnd(long timestamp)
    {
        if (_isEnded || !_hasFin || (_isSynchronised && (int)(_finAt - _next) > 0))
            return;
        _isEnded = true;
        sink.OnEnd(flow, timestamp);
    }

    private sealed record Early(uint Sequence, byte[] Payload, int Length);
}
