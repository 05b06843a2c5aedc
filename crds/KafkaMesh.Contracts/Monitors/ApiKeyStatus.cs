using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Totals and latency of one API key over all pods since the monitor exists.</summary>
public sealed record ApiKeyStatus
{
    /// <summary>Kafka's API key.</summary>
    [SchemaRequired]
    [SchemaRange(-32768, 32767)]
    [SchemaDescription("Kafka's API key.")]
    public int ApiKey { get; init; }

    /// <summary>Kafka's name of it, or <c>key_N</c>.</summary>
    [SchemaMaxLength(64)]
    [SchemaDescription("Kafka's name of the API.")]
    public string Name { get; set; } = "";

    /// <summary>Versions seen: <c>9-11</c>.</summary>
    [SchemaMaxLength(64)]
    [SchemaDescription("Versions seen.")]
    public string? Versions { get; init; }

    /// <summary>Requests.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Requests.")]
    public long Requests { get; init; }

    /// <summary>Responses.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Responses.")]
    public long Responses { get; init; }

    /// <summary>Responses that carried an error code.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Responses that carried an error code.")]
    public long Errors { get; init; }

    /// <summary>Bytes of requests without the 4-byte length prefix.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Bytes of requests, without length prefix.")]
    public long RequestBytes { get; init; }

    /// <summary>Bytes of responses without the 4-byte length prefix.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Bytes of responses, without length prefix.")]
    public long ResponseBytes { get; init; }

    /// <summary>Latency percentiles over all pods, empty long polls apart.</summary>
    [SchemaDescription("Latency percentiles over all pods, without empty long polls.")]
    public LatencyPercentiles? LatencyMilliseconds { get; init; }
}
