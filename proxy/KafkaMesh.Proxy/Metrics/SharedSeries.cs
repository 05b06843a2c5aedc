using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>The label values that all loops number alike, so that their cells add up.</summary>
internal sealed class SharedSeries(SeriesLimits limits)
{
    /// <summary>The limits.</summary>
    public SeriesLimits Limits { get; } = limits;

    /// <summary>API keys.</summary>
    public ApiSlots Apis { get; } = new();

    /// <summary>Topic names and unresolved topic ids.</summary>
    public NameTable Topics { get; } = new(limits.Topics, TopicStats.MaxTopicLength);

    /// <summary>Topic ids seen with their names.</summary>
    public TopicIdTable TopicIds { get; } = new();

    /// <summary>Consumer groups.</summary>
    public GroupTable Groups { get; } = new(limits.Groups);

    /// <summary>Client ids with their software.</summary>
    public ClientTable Clients { get; } = new(limits.Clients);
}
