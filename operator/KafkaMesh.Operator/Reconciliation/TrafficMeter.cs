using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Rates over each sidecar's last interval, by the sidecars' own clocks: a late collection does not bend them.</summary>
/// <param name="interval">The collection interval.</param>
internal sealed class TrafficMeter(TimeSpan interval)
{
    // All that an older sidecar had counted before anybody asked it did not happen in its last interval.
    private readonly double _longestFirst = Math.Max(60, 2 * interval.TotalSeconds);
    private readonly StatsSum _interval = new();
    private double _requests;
    private double _bytesIn;
    private double _bytesOut;

    /// <summary>What happened within the interval.</summary>
    public StatsSum Interval => _interval;

    /// <summary>Adds a sidecar.</summary>
    /// <param name="report">Its latest report.</param>
    /// <param name="previous">The report before; null when it is the first.</param>
    public void Add(StatsReport report, StatsReport? previous)
    {
        var seconds = report.UptimeSeconds - (previous?.UptimeSeconds ?? 0);
        if (seconds <= 0 || (previous is null && seconds > _longestFirst))
            return;
        _interval.AddApis(report);
        if (previous is not null)
            _interval.AddApis(previous, -1);
        _requests += Difference(report, previous, a => a.Requests) / seconds;
        _bytesIn += Difference(report, previous, a => a.ResponseBytes) / seconds;
        _bytesOut += Difference(report, previous, a => a.RequestBytes) / seconds;
    }

    /// <summary>The rates, with three significant digits.</summary>
    /// <param name="throttledMilliseconds">Throttle time in total.</param>
    public TrafficStatus ToStatus(long throttledMilliseconds)
    {
        var responses = SaturatingSum.Of(_interval.Apis, a => a.Responses);
        var errors = SaturatingSum.Of(_interval.Apis, a => a.ResponsesWithError);
        return new TrafficStatus
        {
            RequestsPerSecond = SignificantDigits.Round(_requests),
            BytesInPerSecond = SignificantDigits.Round(_bytesIn),
            BytesOutPerSecond = SignificantDigits.Round(_bytesOut),
            ErrorRatio = responses > 0 ? SignificantDigits.Round((double)errors / responses) : 0,
            P99Milliseconds = SignificantDigits.Round(_interval.Latency().PercentileMilliseconds(0.99) ?? 0),
            ThrottledSeconds = SignificantDigits.Round(throttledMilliseconds / 1000.0),
        };
    }

    private static double Difference(StatsReport report, StatsReport? previous, Func<ApiStats, long> counter) =>
        SaturatingSum.Of(report.Apis, counter) - (previous is null ? 0 : SaturatingSum.Of(previous.Apis, counter));
}
