using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>All counters of all loops, added up at one time: what both <c>/metrics</c> and <c>/stats</c> are written from.</summary>
internal sealed class MetricsSnapshot
{
    private MetricsSnapshot(SharedSeries series)
    {
        Series = series;
        TopicCells = new long[Metrics.TopicCells.CellCount(series.Topics.Other.Index)];
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
    public long[] Dropped { get; } = new long[MetricLabels.SeriesMetrics];

    /// <summary>Time inside the sidecar.</summary>
    public HistogramTotal RelaySeconds { get; } = new(HistogramBounds.Relay);

    /// <summary>In the layout of <see cref="Metrics.TopicCells"/>.</summary>
    public long[] TopicCells { get; }

    /// <summary>The topics that have a series of their own, by index; null where there is none.</summary>
    public NamedSeries?[] Topics { get; private set; } = [];

    /// <summary>What retired topics had counted, by <see cref="Metrics.TopicCells.SumIndexOf"/>.</summary>
    public long[] RetiredTopics { get; } = new long[Metrics.TopicCells.SumCount];

    /// <summary>Reads all loops.</summary>
    public static MetricsSnapshot Take(SharedSeries series, ReadOnlySpan<LoopMetrics> loops)
    {
        var snapshot = new MetricsSnapshot(series);
        foreach (var loop in loops)
            loop.AddTo(snapshot);
        snapshot.AddTopics(loops);
        return snapshot;
    }

    /// <summary>Totals of one API slot in one direction.</summary>
    public ApiTotals? Api(RelayDirection direction, int slot) => Apis[((int)direction * ApiSlots.Count) + slot];

    // A topic whose name is gone is retired, whether its loops have settled or not: what they still hold for it belongs to the same sum.
    // The names come first: one that is added meanwhile is told next time, with all that it counted.
    private void AddTopics(ReadOnlySpan<LoopMetrics> loops)
    {
        lock (Series.Topics.Moving)
        {
            Topics = Series.Topics.ToArray();
            foreach (var loop in loops)
                loop.AddTopicsTo(this);
            foreach (var topic in Series.Topics.Retiring)
                AddRetired(topic.Index);
        }
    }

    private void AddRetired(int topic)
    {
        for (var sum = 0; sum < RetiredTopics.Length; sum++)
            RetiredTopics[sum] += TopicCells[((sum & ~1) * (Series.Topics.Other.Index + 1)) + (2 * topic) + (sum & 1)];
    }
}
