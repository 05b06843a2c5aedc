namespace KafkaMesh.Proxy.Detection;

/// <summary>What a connection was found to carry; the value of the metric label <c>protocol</c>.</summary>
internal enum ConnectionProtocol : byte
{
    /// <summary>Nothing was sent so far, or ever: probes, idle pools.</summary>
    Silent,

    /// <summary>Kafka request frames.</summary>
    Kafka,

    /// <summary>A TLS ClientHello: Kafka or not, it stays unread.</summary>
    Tls,

    /// <summary>HTTP/1 or HTTP/2 with prior knowledge.</summary>
    Http,

    /// <summary>Size-prefixed SASL tokens without a Kafka request before them (GSSAPI as of Kafka 0.9).</summary>
    Sasl,

    /// <summary>Anything else, and what was Kafka until its framing broke.</summary>
    Opaque,

    /// <summary>The server spoke before the client did, which no Kafka broker does: mail, databases, SSH.</summary>
    ServerFirst,
}
