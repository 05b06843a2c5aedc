using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Rates over each sidecar's last interval, by the sidecars' own clocks: a late collection does not bend them.</summary>
internal sealed class TrafficMeter
{
    private readonly StatsSum _interval = new();
    private double _requests;
    private double _bytesIn;
    private double _bytesOut;

    /// <summary>What happened within the interval.</summary>
    public StatsSum Interval => _interval;

    /// <summary>Adds a sidecar.</summary>
    public void Add(SidecarFigures sidecar)
    {
        if (sidecar.Seconds <= 0)
            return;
        _interval.AddApis(sidecar.Report);
        if (sidecar.Previous is not null)
            _interval.AddApis(sidecar.Previous, -1);
        _requests += PerSecond(sidecar, a => a.Requests);
        _bytesIn += PerSecond(sidecar, a => a.ResponseBytes);
        _bytesOut += PerSecond(sidecar, a => a.RequestBytes);
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

    private static double PerSecond(SidecarFigures sidecar, Func<ApiStats, long> counter) =>
        ((double)SaturatingSum.Of(sidecar.Report.Apis, counter) - SaturatingSum.Of(sidecar.Previous?.Apis ?? [], counter)) / sidecar.Seconds;
}
