using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// Told of every frame, for logs and tools; metrics do not pass through it. Called from the loop thread that owns the
/// connection. Timestamps are <see cref="System.Diagnostics.Stopwatch"/> ticks.
/// </summary>
internal interface ISessionTrace
{
    /// <summary>Whether anybody listens now; when not, the other methods are not called.</summary>
    bool IsEnabled { get; }

    /// <summary>A request or response was relayed whole.</summary>
    void OnFrame(in RelayConnection connection, in FrameTrace frame);

    /// <summary>A size-prefixed SASL token without Kafka header was relayed whole. Its bytes are told to nobody.</summary>
    void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp);

    /// <summary>The verdict on a connection changed.</summary>
    void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp);

    /// <summary>Something was not decoded.</summary>
    void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp);

    /// <summary>A request will not be answered any more.</summary>
    void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp);
}
