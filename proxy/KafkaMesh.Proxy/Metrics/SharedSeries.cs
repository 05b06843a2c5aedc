namespace KafkaMesh.Proxy.Metrics;

/// <summary>The label values that all loops number alike, so that their cells add up.</summary>
/// <param name="limits">Limits of the labels that traffic chooses.</param>
/// <param name="loops">How many loops count.</param>
internal sealed class SharedSeries(SeriesLimits limits, int loops = 1)
{
    /// <summary>Versions of all APIs together that have series of their own: Kafka's clients of one pod use some dozen.</summary>
    public const int MaxVersions = 512;

    /// <summary>Errors of all APIs together that have series of their own.</summary>
    public const int MaxErrors = 512;

    /// <summary>The limits.</summary>
    public SeriesLimits Limits { get; } = limits;

    /// <summary>API keys.</summary>
    public ApiSlots Apis { get; } = new();

    /// <summary>Versions by direction and API.</summary>
    public SeriesBudget Versions { get; } = new(MetricLabels.Directions * ApiSlots.Count * ApiMetrics.Versions, MaxVersions);

    /// <summary>Error codes by direction and API.</summary>
    public SeriesBudget Errors { get; } = new(MetricLabels.Directions * ApiSlots.Count * ErrorCells.Count, MaxErrors);

    /// <summary>Topic names and unresolved topic ids.</summary>
    public TopicTable Topics { get; } = new(limits.Topics, loops);

    /// <summary>Topic ids seen with their names.</summary>
    public TopicIdTable TopicIds { get; } = new();

    /// <summary>Consumer groups.</summary>
    public GroupTable Groups { get; } = new(limits.Groups);

    /// <summary>Addresses of brokers.</summary>
    public BrokerTable Brokers { get; } = new();

    /// <summary>Client ids with their software.</summary>
    public ClientTable Clients { get; } = new(limits.Clients);
}
