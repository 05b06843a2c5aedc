using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>One connection of a capture: reassembles both flows and shows them to an observer as the relay would.</summary>
internal sealed class CapturedConnection : ITcpFlowSink
{
    /// <summary>Most early bytes that are kept before the missing ones count as lost.</summary>
    public const int MaxEarlyBytes = 4 << 20;

    /// <summary>Most early segments that are kept.</summary>
    public const int MaxEarlySegments = 4096;

    /// <summary>Makes the observer of a connection; <paramref name="midStream"/> says that its begin is not known.</summary>
    public delegate IPartialFlowObserver ObserverFactory(in RelayConnection connection, bool midStream);

    private readonly RelayConnection _connection;
    private readonly ICaptureTrace _trace;
    private readonly ReassemblyBudget _budget;
    private readonly TcpFlow _requests;
    private readonly TcpFlow _responses;
    private readonly IPartialFlowObserver _observer;
    private bool _requestsEnded;
    private bool _responsesEnded;
    private RelayEnd? _reset;

    /// <summary>A connection that was seen to begin, or to exist.</summary>
    /// <param name="connection">Its ends.</param>
    /// <param name="factory">Makes its observer.</param>
    /// <param name="trace">Told of gaps.</param>
    /// <param name="budget">Shared by all connections of the capture.</param>
    /// <param name="begin">Sequence number of the client's first byte; null when its SYN was not seen.</param>
    public CapturedConnection(in RelayConnection connection, ObserverFactory factory, ICaptureTrace trace, ReassemblyBudget budget, uint? begin)
    {
        _connection = connection;
        _trace = trace;
        _budget = budget;
        _requests = new TcpFlow(RelayFlow.Request, this, budget);
        _responses = new TcpFlow(RelayFlow.Response, this, budget);
        _responses.Await(_requests);
        _observer = factory(connection, midStream: begin is null);
        Begin = begin;
        if (begin is { } first)
            _requests.Start(first);
    }

    /// <summary>Sequence number of the client's first byte; null when its SYN was not seen.</summary>
    public uint? Begin { get; }

    /// <summary>Whether it was reset or closed from both sides.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>No SYN is waited for any more: each flow begins with the first segment of those that came.</summary>
    public void Synchronise(long timestamp)
    {
        _requests.Synchronise();
        _responses.Synchronise();
        Deliver(timestamp);
    }

    /// <summary>Whether a segment brings bytes that a closed connection cannot have had: its port is in use again.</summary>
    public bool IsReused(RelayFlow flow, in TcpSegment segment) => IsClosed && segment.Length > 0 && FlowOf(flow).IsNews(segment);

    /// <summary>Takes a segment of either flow.</summary>
    public void Accept(RelayFlow flow, in TcpSegment segment, long timestamp)
    {
        if (IsClosed)
            return;
        if (segment.Has(TcpFlags.Syn) && flow == RelayFlow.Response && !_responses.IsSynchronised)
            _responses.Start(segment.Sequence);
        FlowOf(flow).Accept(segment, timestamp);
        Deliver(timestamp);
        while (_requests.EarlyBytes + _responses.EarlyBytes > MaxEarlyBytes || HeldSegments > MaxEarlySegments || (_budget.IsExceeded && HeldSegments > 0))
            StepOver(timestamp);
        if (_reset is { } end)
            Close(end, timestamp);
        else if (_requestsEnded && _responsesEnded)
            Close(RelayEnd.Closed, timestamp);
    }

    /// <summary>Nothing more is known of it: delivers what was kept, stepping over what is missing.</summary>
    public void Close(RelayEnd end, long timestamp)
    {
        if (IsClosed)
            return;
        while (HeldSegments > 0)
            StepOver(timestamp);
        IsClosed = true;
        _observer.OnClosed(end, timestamp);
    }

    /// <inheritdoc/>
    void ITcpFlowSink.OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long timestamp) => _observer.OnBytes(flow, bytes, timestamp, timestamp);

    /// <inheritdoc/>
    void ITcpFlowSink.OnGap(RelayFlow flow, int bytes, long timestamp)
    {
        _trace.OnGap(_connection, flow, bytes, timestamp);
        _observer.OnGap(flow, bytes, timestamp);
    }

    /// <inheritdoc/>
    void ITcpFlowSink.OnEnd(RelayFlow flow, bool isReset, long timestamp)
    {
        _requestsEnded |= flow == RelayFlow.Request;
        _responsesEnded |= flow == RelayFlow.Response;
        if (isReset)
            _reset = flow == RelayFlow.Request ? RelayEnd.ClientReset : RelayEnd.BrokerReset;
        else
            _observer.OnHalfClosed(flow, timestamp);
    }

    private int HeldSegments => _requests.EarlySegments + _responses.EarlySegments;

    private TcpFlow FlowOf(RelayFlow flow) => flow == RelayFlow.Request ? _requests : _responses;

    private void StepOver(long timestamp)
    {
        (_requests.EarlySegments > 0 ? _requests : _responses).StepOver();
        Deliver(timestamp);
    }

    /// <summary>In turns, as each flow may wait for the other.</summary>
    private void Deliver(long timestamp)
    {
        while (_requests.Drain(timestamp) | _responses.Drain(timestamp))
        {
        }
    }
}
