using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Rates over each sidecar's last interval, by the sidecars' own clocks: a late collection does not bend them.</summary>
internal sealed class TrafficMeter
{
    private readonly StatsSum _interval = new();
    private double _requests;
    private double _bytesIn;
    private double _bytesOut;

    /// <summary>Measures the living sidecars of a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="reporting">Uids of pods that answered the last collection: the others have no present rate.</param>
    public TrafficMeter(StatsLedger ledger, IReadOnlySet<string> reporting)
    {
        foreach (var entry in ledger.Living.Where(e => reporting.Contains(e.PodUid)))
            Add(entry);
    }

    /// <summary>What happened within the interval.</summary>
    public StatsSum Interval => _interval;

    /// <summary>The rates, with three significant digits.</summary>
    /// <param name="throttledMilliseconds">Throttle time in total.</param>
    public TrafficStatus ToStatus(long throttledMilliseconds)
    {
        var responses = _interval.Apis.Sum(a => a.Responses);
        var errors = _interval.Apis.Sum(a => a.ResponsesWithError);
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

    private void Add(LedgerEntry entry)
    {
        var seconds = entry.Report.UptimeSeconds - (entry.Previous?.UptimeSeconds ?? 0);
        if (seconds <= 0)
            return;
        _interval.Add(entry.Report);
        if (entry.Previous is not null)
            _interval.Add(entry.Previous, -1);
        _requests += Difference(entry, a => a.Requests) / seconds;
        _bytesIn += Difference(entry, a => a.ResponseBytes) / seconds;
        _bytesOut += Difference(entry, a => a.RequestBytes) / seconds;
    }

    private static double Difference(LedgerEntry entry, Func<Contracts.Stats.ApiStats, long> counter) =>
        entry.Report.Apis.Sum(counter) - (entry.Previous?.Apis.Sum(counter) ?? 0);
}
