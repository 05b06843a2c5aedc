using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Everything that the sidecar knows of its traffic: makes the observer of each connection, owns the counters of each loop,
/// and answers the admin server with them.
/// </summary>
internal sealed class TrafficMetrics : IRelayObserverFactory, IAdminContent, IMetricSource, ILiveView
{
    private readonly SharedSeries _series;
    private readonly SidecarIdentity _identity;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startTime;
    private readonly long _startTimestamp;
    private readonly LoopMetrics[] _metrics;
    private readonly SessionList[] _sessions;
    private readonly ConnectionList[] _connections;
    private readonly LoopTrace[] _traces;
    private readonly TapSet _taps;
    private long _sequence;

    /// <summary>All counters zero.</summary>
    /// <param name="loops">Number of event loops, at least 1.</param>
    /// <param name="limits">Limits of the series that traffic names.</param>
    /// <param name="identity">Who reports.</param>
    /// <param name="time">Start time and uptime of the report.</param>
    /// <param name="log">Receives one debug line per request and response while its debug level is on; may be null.</param>
    public TrafficMetrics(int loops, SeriesLimits limits, SidecarIdentity identity, TimeProvider time, Serilog.ILogger? log = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(loops, 1);
        _series = new SharedSeries(limits, loops);
        _identity = identity;
        _time = time;
        _startTime = time.GetUtcNow();
        _startTimestamp = time.GetTimestamp();
        _metrics = new LoopMetrics[loops];
        _sessions = new SessionList[loops];
        _connections = new ConnectionList[loops];
        _traces = new LoopTrace[loops];
        _taps = new TapSet(loops);
        for (var i = 0; i < loops; i++)
        {
            _metrics[i] = new LoopMetrics(_series);
            _sessions[i] = new SessionList();
            _connections[i] = new ConnectionList();
            _traces[i] = new LoopTrace(log is null ? null : new SessionLog(log), _taps);
        }
    }

    /// <summary>Whether connections are examined; else they count as opaque, with their bytes.</summary>
    public bool Decode { get; init; } = true;

    /// <summary>The taps that are open.</summary>
    public IReadOnlyList<Tap> OpenTaps => _taps.Open;

    /// <summary>All counters as they are now; from any thread.</summary>
    public MetricsSnapshot Snapshot() => MetricsSnapshot.Take(_series, _metrics);

    /// <inheritdoc/>
    public IRelayObserver Create(in RelayConnection connection)
    {
        var loop = connection.Loop;
        return Decode
            ? new ConnectionObserver(connection, _metrics[loop], _sessions[loop], _traces[loop], list: _connections[loop])
            : new OpaqueObserver(connection, _metrics[loop]);
    }

    /// <inheritdoc/>
    public void OnTick(int loop, long timestamp)
    {
        _sessions[loop].Age(timestamp);
        _connections[loop].OnTick();
        _traces[loop].Flush(timestamp);
        _metrics[loop].Settle();
        if (loop == 0)
            _metrics[loop].Sweep(timestamp);
    }

    /// <inheritdoc/>
    public void WriteMetrics(IBufferWriter<byte> output, MetricsFormat format) => WriteMetrics(new PrometheusText(output, format));

    /// <inheritdoc/>
    public void WriteMetrics(IMetricWriter metrics) => MetricsExposition.Write(Snapshot(), _identity, metrics);

    /// <inheritdoc/>
    public void WriteStats(IBufferWriter<byte> output, bool draining, bool final)
    {
        var report = StatsReportBuilder.Build(Snapshot(), _identity) with
        {
            Sequence = Interlocked.Increment(ref _sequence),
            StartTime = _startTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            UptimeSeconds = _time.GetElapsedTime(_startTimestamp).TotalSeconds,
            Draining = draining,
            Final = final,
        };
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, report, ContractsJson.Default.StatsReport);
    }

    /// <inheritdoc/>
    public void WriteConnections(ConnectionQuery query, IBufferWriter<byte> output) =>
        ConnectionTable.Write(_connections, query, Stopwatch.GetTimestamp(), output);

    /// <inheritdoc/>
    public Tap? OpenTap(TapFilter filter) => _taps.Add(filter);

    /// <inheritdoc/>
    public void CloseTap(Tap tap) => _taps.Remove(tap);
}
