using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One monitor in the overview.</summary>
internal record MonitorSummaryView
{
    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Healthy, Progressing, Degraded, Conflict, NoPods, NoTraffic or Unknown.</summary>
    public required string Health { get; init; }

    /// <summary>One sentence why.</summary>
    public required string HealthText { get; init; }

    /// <summary>No figures came for three intervals.</summary>
    public required bool Stale { get; init; }

    /// <summary>When a sidecar was last heard of.</summary>
    public required DateTimeOffset? LastReportTime { get; init; }

    /// <summary>How often it is collected.</summary>
    public required int IntervalSeconds { get; init; }

    /// <summary>Conditions of its status.</summary>
    public required IReadOnlyList<ConditionView> Conditions { get; init; }

    /// <summary>Its pods by state.</summary>
    public required PodCounts Pods { get; init; }

    /// <summary>Open connections.</summary>
    public required ConnectionCounts Connections { get; init; }

    /// <summary>Over the last interval.</summary>
    public required TrafficView Traffic { get; init; }

    /// <summary>The busiest API and its share; null without requests.</summary>
    public required string? TopApi { get; init; }

    /// <summary>Requests per second of the last samples; null where nothing was known.</summary>
    public required IReadOnlyList<double?> Sparkline { get; init; }
}
