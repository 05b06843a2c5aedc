using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>All counters of all loops, added up at one time: what both <c>/metrics</c> and <c>/stats</c> are written from.</summary>
internal sealed class MetricsSnapshot
{
    private MetricsSnapshot(SharedSeries series)
    {
        Series = series;
        TopicCells = new long[Metrics.TopicCells.CellCount(series.Limits.Topics)];
    }

    /// <summary>Label values.</summary>
    public SharedSeries Series { get; }

    /// <summary>By direction and API slot; null where nothing was seen.</summary>
    public ApiTotals?[] Apis { get; } = new ApiTotals?[MetricLabels.Directions * ApiSlots.Count];

    /// <summary>Open connections by direction and protocol.</summary>
    public long[] Open { get; } = new long[MetricLabels.Directions * MetricLabels.Protocols];

    /// <summary>Connections with a final verdict by direction and protocol.</summary>
    public long[] Connections { get; } = new long[MetricLabels.Directions * MetricLabels.Protocols];

    /// <summary>By direction and <see cref="DecodeFailureReason"/>.</summary>
    public long[] Failures { get; } = new long[MetricLabels.Directions * MetricLabels.Failures];

    /// <summary>By direction and flow.</summary>
    public long[] RelayBytes { get; } = new long[MetricLabels.Directions * MetricLabels.Flows];

    /// <summary>By <see cref="SeriesMetric"/>.</summary>
    public long[] Dropped { get; } = new long[4];

    /// <summary>Time inside the sidecar.</summary>
    public HistogramTotal RelaySeconds { get; } = new(HistogramBounds.Relay);

    /// <summary>In the layout of <see cref="Metrics.TopicCells"/>.</summary>
    public long[] TopicCells { get; }

    /// <summary>Reads all loops.</summary>
    public static MetricsSnapshot Take(SharedSeries series, ReadOnlySpan<LoopMetrics> loops)
    {
        var snapshot = new MetricsSnapshot(series);
        foreach (var loop in loops)
            loop.AddTo(snapshot);
        return snapshot;
    }

    /// <summary>Totals of one API slot in one direction.</summary>
    public ApiTotals? Api(RelayDirection direction, int slot) => Apis[((int)direction * ApiSlots.Count) + slot];
}
