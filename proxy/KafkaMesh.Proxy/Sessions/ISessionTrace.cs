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

    /// <summary>Whether it wants the bytes of bodies too.</summary>
    bool WantsBodies => false;

    /// <summary>Whether it wants to know the topics that a frame names.</summary>
    bool WantsTopics => false;

    /// <summary>A piece of the body of the request or response that <see cref="OnFrame"/> tells of next; only when wanted, and never of SaslAuthenticate.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="flow">Request or response.</param>
    /// <param name="piece">Bytes, valid during the call.</param>
    /// <param name="isFirst">Whether the body begins here.</param>
    void OnBody(in RelayConnection connection, RelayFlow flow, ReadOnlySpan<byte> piece, bool isFirst)
    {
    }

    /// <summary>A request or response was relayed whole.</summary>
    void OnFrame(in RelayConnection connection, in FrameTrace frame);

    /// <summary>A size-prefixed SASL token without Kafka header was relayed whole. Its bytes are told to nobody.</summary>
    void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp);

    /// <summary>The verdict on a connection changed.</summary>
    void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp);

    /// <summary>A TLS client named a server and protocols, in clear.</summary>
    void OnClientHello(in RelayConnection connection, ClientHello hello, long timestamp)
    {
    }

    /// <summary>Something was not decoded.</summary>
    void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp);

    /// <summary>A request will not be answered any more.</summary>
    void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp);
}
