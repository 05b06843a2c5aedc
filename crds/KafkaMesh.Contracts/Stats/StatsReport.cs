namespace KafkaMesh.Contracts.Stats;

/// <summary>
/// Answer of the sidecar's <c>/stats</c>: cumulative since <see cref="StartTime"/> of this instance. Two reports of one
/// instance may be subtracted; reports of different instances may be added.
/// </summary>
public sealed record StatsReport
{
    /// <summary>Version of this format. A reader refuses what it does not know.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary><see cref="CurrentSchemaVersion"/> of the writer.</summary>
    public int SchemaVersion { get; set; } = CurrentSchemaVersion;

    /// <summary>Random at process start: a restarted sidecar is another instance and starts from zero.</summary>
    public string InstanceId { get; set; } = "";

    /// <summary>Grows by one with every report of the instance.</summary>
    public long Sequence { get; init; }

    /// <summary>Version of the sidecar.</summary>
    public string ProxyVersion { get; set; } = "";

    /// <summary>Pod that the sidecar runs in, when it was told.</summary>
    public string? Pod { get; init; }

    /// <summary>Namespace of the pod, when it was told.</summary>
    public string? Namespace { get; init; }

    /// <summary>KafkaMonitor that the sidecar belongs to, when it was told.</summary>
    public string? Monitor { get; init; }

    /// <summary>Start of the instance, RFC 3339 UTC.</summary>
    public string StartTime { get; set; } = "";

    /// <summary>Seconds since the start, by a clock that only goes forward.</summary>
    public double UptimeSeconds { get; init; }

    /// <summary>SIGTERM was received.</summary>
    public bool Draining { get; init; }

    /// <summary>Draining, and no connection is left: the counters will not change any more.</summary>
    public bool Final { get; init; }

    /// <summary>Connections by direction and protocol.</summary>
    public IReadOnlyList<ConnectionStats> Connections { get; set; } = [];

    /// <summary>Broker addresses by direction; empty from a sidecar that is too old to tell.</summary>
    public IReadOnlyList<BrokerStats> Brokers { get; set; } = [];

    /// <summary>Requests and responses by direction and API key.</summary>
    public IReadOnlyList<ApiStats> Apis { get; set; } = [];

    /// <summary>Records by direction, API and topic.</summary>
    public IReadOnlyList<TopicStats> Topics { get; set; } = [];

    /// <summary>Consumer groups.</summary>
    public IReadOnlyList<GroupStats> Groups { get; set; } = [];

    /// <summary>Client ids with their software.</summary>
    public IReadOnlyList<ClientStats> Clients { get; set; } = [];

    /// <summary>Frames whose body could not be decoded, and connections that turned opaque, by direction and reason.</summary>
    public IReadOnlyList<CountByReason> DecodeFailures { get; set; } = [];

    /// <summary>Bytes relayed, by direction and flow.</summary>
    public IReadOnlyList<RelayStats> Relay { get; set; } = [];

    /// <summary>Time from read to written inside the sidecar.</summary>
    public HistogramReport? RelayLatency { get; init; }

    /// <summary>Series that reached a limit and were counted under <c>__other__</c>, by metric.</summary>
    public IReadOnlyDictionary<string, long> SeriesDropped { get; set; } = new Dictionary<string, long>();
}
