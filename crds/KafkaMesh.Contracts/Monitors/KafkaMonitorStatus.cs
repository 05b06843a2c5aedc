using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>What the operator saw: figures have 3 significant digits, totals never go backwards, lists are bounded.</summary>
[SchemaDescription("What the operator saw. Written only when it changes.")]
public sealed record KafkaMonitorStatus
{
    /// <summary>Ready-made text for the printer columns.</summary>
    [SchemaDescription("Ready-made text for kubectl's columns.")]
    public StatusSummary? Summary { get; init; }

    /// <summary>Generation of the spec that this status is about.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Generation of the spec that this status is about.")]
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready, Progressing, Degraded, Conflict.</summary>
    [SchemaItems(16)]
    [SchemaListType("map", "type")]
    [SchemaDescription("Ready, Progressing, Degraded, Conflict.")]
    public IReadOnlyList<MonitorCondition>? Conditions { get; init; }

    /// <summary>When figures were last gathered; moves at most once a minute unless other fields change.</summary>
    [SchemaFormat("date-time")]
    [SchemaDescription("When figures were last gathered; moves at most once a minute unless other fields change.")]
    public string? LastReportTime { get; init; }

    /// <summary>Pods by state.</summary>
    [SchemaDescription("Pods by state.")]
    public PodCounts? Pods { get; init; }

    /// <summary>Selected pods that were not injected, by reason; at most 10 reasons.</summary>
    [SchemaItems(10)]
    [SchemaListType("map", "reason")]
    [SchemaDescription("Selected pods that were not injected, by reason.")]
    public IReadOnlyList<SkippedPods>? Skipped { get; init; }

    /// <summary>Injected running pods whose sidecar does not answer; at most 10 names.</summary>
    [SchemaItems(10)]
    [SchemaListType("set")]
    [SchemaDescription("Injected pods whose sidecar does not answer.")]
    public IReadOnlyList<string>? Unreachable { get; init; }

    /// <summary>Open connections by what was recognised on them.</summary>
    [SchemaDescription("Open connections by what was recognised on them.")]
    public ConnectionCounts? Connections { get; init; }

    /// <summary>Rates over the last interval.</summary>
    [SchemaDescription("Rates over the last interval.")]
    public TrafficStatus? Traffic { get; init; }

    /// <summary>Totals and latency per API key, by key.</summary>
    [SchemaItems(128)]
    [SchemaListType("map", "apiKey")]
    [SchemaDescription("Totals and latency per API key.")]
    public IReadOnlyList<ApiKeyStatus>? ApiKeys { get; init; }

    /// <summary>Error codes, most frequent first; top 20.</summary>
    [SchemaItems(20)]
    [SchemaDescription("Error codes in responses, most frequent first.")]
    public IReadOnlyList<ErrorStatus>? Errors { get; init; }

    /// <summary>Topics by bytes; top 20.</summary>
    [SchemaItems(20)]
    [SchemaListType("map", "name")]
    [SchemaDescription("Topics with most bytes.")]
    public IReadOnlyList<TopicStatus>? Topics { get; init; }

    /// <summary>Consumer groups; top 20.</summary>
    [SchemaItems(20)]
    [SchemaListType("map", "name")]
    [SchemaDescription("Consumer groups.")]
    public IReadOnlyList<GroupStatus>? Groups { get; init; }
}
