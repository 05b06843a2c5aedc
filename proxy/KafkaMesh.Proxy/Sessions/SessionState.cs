namespace KafkaMesh.Proxy.Sessions;

/// <summary>Where a <see cref="KafkaSession"/> stands; drawn in its comment.</summary>
internal enum SessionState : byte
{
    /// <summary>SASL tokens without Kafka header came first.</summary>
    Tokens,

    /// <summary>Requests look like Kafka; no response has matched one.</summary>
    Tentative,

    /// <summary>A response matched a request.</summary>
    Confirmed,

    /// <summary>Not Kafka, or no longer readable: nothing more is examined.</summary>
    Broken,
}
