using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Rates of some sidecars or APIs over each sidecar's last interval, by the sidecars' own clocks as in the status.</summary>
internal sealed class TrafficSum
{
    private readonly LatencyHistogram _latency = new();
    private bool _isKnown;
    private double _requests;
    private double _bytesIn;
    private double _bytesOut;
    private double _throttled;
    private long _responses;
    private long _errors;

    /// <summary>A sidecar reported: from now on zeros are known.</summary>
    public void Note() => _isKnown = true;

    /// <summary>Adds what one sidecar counted of one API.</summary>
    /// <param name="now">Latest figures.</param>
    /// <param name="before">Those before; null for none.</param>
    /// <param name="seconds">Time between them, more than 0.</param>
    public void Add(ApiStats now, ApiStats? before, double seconds)
    {
        _isKnown = true;
        _requests += (now.Requests - (before?.Requests ?? 0)) / seconds;
        _bytesIn += (now.ResponseBytes - (before?.ResponseBytes ?? 0)) / seconds;
        _bytesOut += (now.RequestBytes - (before?.RequestBytes ?? 0)) / seconds;
        _throttled += Math.Max(0, now.ThrottleMilliseconds - (before?.ThrottleMilliseconds ?? 0)) / seconds / 1000;
        _responses += now.Responses - (before?.Responses ?? 0);
        _errors += now.ResponsesWithError - (before?.ResponsesWithError ?? 0);
        Add(now.Latency, 1);
        Add(before?.Latency ?? [], -1);
    }

    /// <summary>The rates.</summary>
    public TrafficView ToView() => !_isKnown ? Unknown : new TrafficView(
        _requests,
        _responses > 0 ? Math.Clamp((double)_errors / _responses, 0, 1) : null,
        _latency.PercentileMilliseconds(0.5),
        _latency.PercentileMilliseconds(0.95),
        _latency.PercentileMilliseconds(0.99),
        _bytesIn,
        _bytesOut,
        _throttled);

    /// <summary>Nothing is known.</summary>
    public static TrafficView Unknown { get; } = new(null, null, null, null, null, null, null, null);

    // A Fetch that waited and found nothing says nothing about the broker.
    private void Add(IReadOnlyList<LatencyStats> latencies, int sign)
    {
        foreach (var latency in latencies)
        {
            if (latency.Result != ApiSum.EmptyResult)
                _latency.Add(latency.Histogram, sign);
        }
    }
}
