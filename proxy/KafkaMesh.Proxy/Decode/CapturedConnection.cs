using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>One connection of a capture: reassembles both flows and shows them to an observer as the relay would.</summary>
internal sealed class CapturedConnection : ITcpFlowSink
{
    /// <summary>Makes the observer of a connection; <paramref name="midStream"/> says that its begin is not known.</summary>
    public delegate IRelayObserver ObserverFactory(in RelayConnection connection, bool midStream);

    private readonly RelayConnection _connection;
    private readonly ObserverFactory _factory;
    private readonly ICaptureTrace _trace;
    private readonly TcpFlow _requests;
    private readonly TcpFlow _responses;
    private IRelayObserver _observer;
    private bool _requestsEnded;
    private bool _responsesEnded;

    /// <summary>A connection that was seen to begin, or to exist.</summary>
    /// <param name="connection">Its ends.</param>
    /// <param name="factory">Makes its observers.</param>
    /// <param name="trace">Told of gaps.</param>
    /// <param name="budget">Shared by all connections of the capture.</param>
    /// <param name="initialSequence">Sequence number of the client's SYN; null when it was not seen.</param>
    public CapturedConnection(in RelayConnection connection, ObserverFactory factory, ICaptureTrace trace, ReassemblyBudget budget, uint? initialSequence)
    {
        _connection = connection;
        _factory = factory;
        _trace = trace;
        _requests = new TcpFlow(RelayFlow.Request, this, budget);
        _responses = new TcpFlow(RelayFlow.Response, this, budget);
        _observer = factory(connection, midStream: initialSequence is null);
        InitialSequence = initialSequence;
        if (initialSequence is { } sequence)
            _requests.Start(sequence);
    }

    /// <summary>Sequence number of the client's SYN; null when it was not seen.</summary>
    public uint? InitialSequence { get; }

    /// <summary>Whether it was reset or closed from both sides.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Takes a segment of either flow.</summary>
    public void Accept(RelayFlow flow, in TcpSegment segment, long timestamp)
    {
        if (IsClosed)
            return;
        var target = flow == RelayFlow.Request ? _requests : _responses;
        if (segment.Has(TcpFlags.Syn))
        {
            if (flow == RelayFlow.Response)
                target.Start(segment.Sequence);
            return;
        }

        target.Accept(segment, timestamp);
        if (segment.Has(TcpFlags.Rst))
            Close(flow == RelayFlow.Request ? RelayEnd.ClientReset : RelayEnd.BrokerReset, timestamp);
        else if (_requestsEnded && _responsesEnded)
            Close(RelayEnd.Closed, timestamp);
    }

    /// <summary>Nothing more is known of it.</summary>
    public void Close(RelayEnd end, long timestamp)
    {
        if (IsClosed)
            return;
        _requests.Flush(timestamp);
        _responses.Flush(timestamp);
        IsClosed = true;
        _observer.OnClosed(end, timestamp);
    }

    /// <inheritdoc/>
    void ITcpFlowSink.OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long timestamp) => _observer.OnBytes(flow, bytes, timestamp, timestamp);

    /// <inheritdoc/>
    void ITcpFlowSink.OnGap(RelayFlow flow, int bytes, long timestamp)
    {
        // Frames cannot be counted across a hole: go on as with a connection whose begin is not known.
        _trace.OnGap(_connection, flow, bytes, timestamp);
        _observer.OnClosed(RelayEnd.Aborted, timestamp);
        _observer = _factory(_connection, midStream: true);
    }

    /// <inheritdoc/>
    void ITcpFlowSink.OnEnd(RelayFlow flow, long timestamp)
    {
        _requestsEnded |= flow == RelayFlow.Request;
        _responsesEnded |= flow == RelayFlow.Response;
        _observer.OnHalfClosed(flow, timestamp);
    }
}
