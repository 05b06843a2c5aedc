namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>A request or response, as an event of the operator tells it. Whoever controls a pod can answer for its sidecar: anything may be missing or odd.</summary>
internal sealed record TapFrame
{
    /// <summary>When it passed: a request's last byte, a response's first.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Name of the pod.</summary>
    public string Pod { get; init => field = value ?? ""; } = "";

    /// <summary>inbound or outbound, seen from the pod.</summary>
    public string Direction { get; init => field = value ?? ""; } = "";

    /// <summary>Id of the connection in its sidecar.</summary>
    public long Connection { get; init; }

    /// <summary>Kafka's name of the API.</summary>
    public string Api { get; init => field = value ?? ""; } = "";

    /// <summary>API key.</summary>
    public int ApiKey { get; init; }

    /// <summary>API version.</summary>
    public int Version { get; init; }

    /// <summary>Correlation id.</summary>
    public int CorrelationId { get; init; }

    /// <summary>Client id; null when the request had none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Bytes without the 4-byte length.</summary>
    public long Size { get; init; }

    /// <summary>From request to response; null for a request.</summary>
    public double? LatencyMilliseconds { get; init; }

    /// <summary>Errors of a response, by Kafka's names.</summary>
    public IReadOnlyList<string>? Errors { get; init; }

    /// <summary>The first topics that it names.</summary>
    public IReadOnlyList<string>? Topics { get; init; }

    /// <summary>How many more it names.</summary>
    public int MoreTopics { get; init; }
}
