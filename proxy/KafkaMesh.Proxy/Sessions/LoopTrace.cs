using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>Whoever wants to know of single frames of one loop: the debug log, and the open taps.</summary>
internal sealed class LoopTrace(SessionLog? log, TapSet taps) : ISessionTrace
{
    /// <inheritdoc/>
    public bool IsEnabled => IsTapped || IsLogged;

    /// <inheritdoc/>
    public bool WantsTopics => IsTapped;

    private bool IsTapped => taps.Open.Length > 0;

    private bool IsLogged => log is { IsEnabled: true };

    /// <inheritdoc/>
    public void OnFrame(in RelayConnection connection, in FrameTrace frame)
    {
        if (IsLogged)
            log!.OnFrame(connection, frame);
        foreach (var tap in taps.Open)
            tap.Offer(connection, frame);
    }

    /// <inheritdoc/>
    public void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp)
    {
        if (IsLogged)
            log!.OnToken(connection, flow, size, timestamp);
    }

    /// <inheritdoc/>
    public void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp)
    {
        if (IsLogged)
            log!.OnVerdict(connection, protocol, timestamp);
    }

    /// <inheritdoc/>
    public void OnClientHello(in RelayConnection connection, ClientHello hello, long timestamp)
    {
        if (IsLogged)
            log!.OnClientHello(connection, hello, timestamp);
    }

    /// <inheritdoc/>
    public void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp)
    {
        if (IsLogged)
            log!.OnFailure(connection, flow, reason, timestamp);
    }

    /// <inheritdoc/>
    public void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp)
    {
        if (IsLogged)
            log!.OnUnanswered(connection, request, reason, timestamp);
    }

    /// <summary>Tells how many log lines were left out.</summary>
    public void Flush(long now) => log?.Flush(now);
}
