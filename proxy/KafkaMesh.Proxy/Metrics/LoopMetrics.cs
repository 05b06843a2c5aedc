using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Every counter of one event loop: plain cells in flat arrays, written by that loop's thread without lock and read by the
/// admin thread. Arrays of a series are made when the series is first seen; nothing is allocated after that.
/// </summary>
internal sealed class LoopMetrics
{
    private readonly ApiMetrics?[] _apis = new ApiMetrics?[MetricLabels.Directions * ApiSlots.Count];
    private readonly long[] _open = new long[MetricLabels.Directions * MetricLabels.Protocols];
    private readonly long[] _total = new long[MetricLabels.Directions * MetricLabels.Protocols];
    private readonly long[] _failures = new long[MetricLabels.Directions * MetricLabels.Failures];
    private readonly long[] _relayBytes = new long[MetricLabels.Directions * MetricLabels.Flows];
    private readonly long[] _dropped = new long[MetricLabels.SeriesMetrics];
    private readonly LatencyHistogram _relaySeconds = new(HistogramBounds.Relay);
    private readonly TopicCells _topics;

    /// <summary>All zero.</summary>
    public LoopMetrics(SharedSeries series)
    {
        Series = series;
        _topics = new TopicCells(series.Topics);
    }

    /// <summary>Label values, shared by all loops.</summary>
    public SharedSeries Series { get; }

    /// <summary>The cells of an API key; made when first asked for.</summary>
    public ApiMetrics Api(RelayDirection direction, short apiKey) => Cells(direction, Series.Apis.SlotOf(apiKey));

    /// <summary>The cells of Fetch when a follower asks; made when first asked for.</summary>
    public ApiMetrics FollowerFetch(RelayDirection direction) => Cells(direction, ApiSlots.FollowerFetchSlot);

    /// <summary>Bytes passed; the duration is the time between read and write.</summary>
    public void CountRelayed(RelayDirection direction, RelayFlow flow, int bytes, long nanoseconds)
    {
        Cell.Add(ref _relayBytes[((int)direction * MetricLabels.Flows) + (int)flow], bytes);
        _relaySeconds.Record(nanoseconds);
    }

    /// <summary>Connections open under a verdict: +1 or −1.</summary>
    public void AddOpen(RelayDirection direction, ConnectionProtocol protocol, int change) =>
        Cell.Add(ref _open[((int)direction * MetricLabels.Protocols) + (int)protocol], change);

    /// <summary>One connection whose verdict is final.</summary>
    public void CountConnection(RelayDirection direction, ConnectionProtocol protocol) =>
        Cell.Add(ref _total[((int)direction * MetricLabels.Protocols) + (int)protocol], 1);

    /// <summary>A frame or connection that was not decoded.</summary>
    public void CountFailure(RelayDirection direction, DecodeFailureReason reason) =>
        Cell.Add(ref _failures[((int)direction * MetricLabels.Failures) + (int)reason], 1);

    /// <summary>Observations that went to <c>__other__</c> or were not kept, or series that made room, because a limit was reached.</summary>
    public void CountDropped(SeriesMetric metric, int count = 1) => Cell.Add(ref _dropped[(int)metric], count);

    /// <summary>Records of one topic partition in one frame.</summary>
    /// <param name="direction">Seen from the pod.</param>
    /// <param name="api">What carried them.</param>
    /// <param name="topic">Its series in <see cref="SharedSeries.Topics"/>.</param>
    /// <param name="records">How many.</param>
    /// <param name="bytes">Size of the records field.</param>
    public void CountRecords(RelayDirection direction, TopicApi api, NamedSeries topic, long records, long bytes)
    {
        if (Series.Limits.Topics == 0)
            return;
        if (!_topics.Add(direction, api, topic, records, bytes))
            CountDropped(SeriesMetric.TopicRecords);
    }

    /// <summary>Takes part in the retirement of topics; to be called about once a second on the loop's thread, outside of any frame.</summary>
    public void Settle() => _topics.Settle();

    /// <summary>Makes room for series that were wanted, see <see cref="LruTable{T}.Sweep"/>; one loop does it for all.</summary>
    /// <param name="now"><see cref="System.Diagnostics.Stopwatch"/> ticks.</param>
    public void Sweep(long now)
    {
        CountDropped(SeriesMetric.TopicRecords, Series.Topics.Sweep(now));
        CountDropped(SeriesMetric.GroupRebalances, Series.Groups.Sweep(now));
        CountDropped(SeriesMetric.TopicIds, Series.TopicIds.Sweep(now));
    }

    /// <summary>Adds everything counted so far; from any thread.</summary>
    public void AddTo(MetricsSnapshot total)
    {
        for (var i = 0; i < _apis.Length; i++)
            Volatile.Read(ref _apis[i])?.AddTo(total.Apis[i] ??= new ApiTotals());
        AddCells(_open, total.Open);
        AddCells(_total, total.Connections);
        AddCells(_failures, total.Failures);
        AddCells(_relayBytes, total.RelayBytes);
        AddCells(_dropped, total.Dropped);
        _relaySeconds.AddTo(total.RelaySeconds);
    }

    /// <summary>Adds the topic counters; from any thread that holds <see cref="TopicTable.Moving"/>.</summary>
    public void AddTopicsTo(MetricsSnapshot total) => _topics.AddTo(total);

    private ApiMetrics Cells(RelayDirection direction, int slot)
    {
        var place = ((int)direction * ApiSlots.Count) + slot;
        ref var cells = ref _apis[place];
        if (cells is null)
            Volatile.Write(ref cells, new ApiMetrics(this, place));
        return cells!;
    }

    private static void AddCells(long[] cells, long[] total)
    {
        for (var i = 0; i < cells.Length; i++)
            total[i] += Volatile.Read(ref cells[i]);
    }
}
