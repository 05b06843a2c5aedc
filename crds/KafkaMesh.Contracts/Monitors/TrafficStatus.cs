using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Rates over the last interval, 3 significant digits.</summary>
public sealed record TrafficStatus
{
    /// <summary>Requests per second.</summary>
    [SchemaDescription("Requests per second.")]
    public double RequestsPerSecond { get; init; }

    /// <summary>Bytes of responses per second.</summary>
    [SchemaDescription("Response bytes per second.")]
    public double BytesInPerSecond { get; init; }

    /// <summary>Bytes of requests per second.</summary>
    [SchemaDescription("Request bytes per second.")]
    public double BytesOutPerSecond { get; init; }

    /// <summary>Responses with an error code, 0 to 1.</summary>
    [SchemaDescription("Share of responses with an error code, 0 to 1.")]
    public double ErrorRatio { get; init; }

    /// <summary>99th percentile of latency, empty long polls apart.</summary>
    [SchemaDescription("99th percentile of latency in milliseconds, without empty long polls.")]
    public double P99Milliseconds { get; init; }

    /// <summary>Throttle time that brokers asked for, in total.</summary>
    [SchemaDescription("Throttle time that brokers asked for in total, seconds.")]
    public double ThrottledSeconds { get; init; }
}
