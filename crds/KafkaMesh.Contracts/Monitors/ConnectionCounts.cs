using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Open connections over all reporting sidecars.</summary>
public sealed record ConnectionCounts
{
    /// <summary>Decoded as Kafka.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Connections decoded as Kafka.")]
    public long Kafka { get; init; }

    /// <summary>TLS: relayed, not decoded.</summary>
    [SchemaRange(0)]
    [SchemaDescription("TLS connections: relayed, not decoded.")]
    public long Tls { get; init; }

    /// <summary>Everything else.</summary>
    [SchemaRange(0)]
    [SchemaDescription("All other connections.")]
    public long Opaque { get; init; }
}
