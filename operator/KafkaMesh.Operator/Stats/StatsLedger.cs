using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Totals of one monitor that never go backwards: what gone sidecars had counted (retired) plus the latest report of
/// each living one. A sidecar that restarts is another instance; its predecessor retires. Not thread-safe: one
/// reconciliation at a time owns it.
/// </summary>
internal sealed class StatsLedger
{
    private readonly Dictionary<string, LedgerEntry> _byPod = [];
    private readonly StatsSum _retired = new();

    /// <summary>Latest reports of living sidecars.</summary>
    public IReadOnlyCollection<LedgerEntry> Living => _byPod.Values;

    /// <summary>Takes a report.</summary>
    /// <param name="podUid">Uid of the pod that answered.</param>
    /// <param name="report">What it answered.</param>
    /// <returns>Null, or why the report is not believed; then nothing changed.</returns>
    public string? Record(string podUid, StatsReport report)
    {
        var known = _byPod.GetValueOrDefault(podUid);
        var sameInstance = known?.Report.InstanceId == report.InstanceId;
        if (StatsReportValidator.Check(report, sameInstance ? known!.Report : null) is { } error)
            return error;
        if (sameInstance && report.Sequence < known!.Report.Sequence)
            return null; // Answers overtook one another: the newer one is known already.

        if (known is not null && !sameInstance)
            _retired.Add(WithoutGauges(known.Report));
        _byPod[podUid] = new LedgerEntry(podUid, report) { Previous = sameInstance ? known!.Report : null };
        return null;
    }

    /// <summary>Folds the sidecars of pods that are gone into the retired sums.</summary>
    /// <param name="livingPodUids">Uids of all pods that still exist.</param>
    /// <returns>True when something retired: the ledger must be stored before figures are shown.</returns>
    public bool Retire(IReadOnlySet<string> livingPodUids)
    {
        var gone = _byPod.Keys.Where(uid => !livingPodUids.Contains(uid)).ToList();
        foreach (var uid in gone)
        {
            _retired.Add(WithoutGauges(_byPod[uid].Report));
            _byPod.Remove(uid);
        }
        return gone.Count > 0;
    }

    /// <summary>Totals since the monitor exists.</summary>
    public StatsSum Totals()
    {
        var sum = new StatsSum();
        sum.Add(_retired.ToReport());
        foreach (var entry in _byPod.Values)
            sum.Add(entry.Report);
        return sum;
    }

    /// <summary>The state to store.</summary>
    public LedgerSnapshot Snapshot() => new()
    {
        Retired = _retired.ToReport(),
        Instances = [.. _byPod.Values.Select(e => new LedgerEntry(e.PodUid, Compact(e.Report)))],
    };

    /// <summary>Continues from a stored state.</summary>
    public static StatsLedger From(LedgerSnapshot snapshot)
    {
        var ledger = new StatsLedger();
        if (StatsReportValidator.Check(snapshot.Retired, previous: null) is null)
            ledger._retired.Add(snapshot.Retired);
        foreach (var entry in snapshot.Instances)
            ledger.Record(entry.PodUid, entry.Report);
        return ledger;
    }

    private static StatsReport Compact(StatsReport report) => report with
    {
        Clients = [],
        Connections = [],
        DecodeFailures = [],
        Relay = [],
        RelayLatency = null,
        SeriesDropped = new Dictionary<string, long>(),
        Apis = [.. report.Apis.Select(a => a with { Latency = [.. a.Latency.Where(l => l.Result != "empty")] })],
    };

    // The members of a group are a present state, not a count: gone pods have none.
    private static StatsReport WithoutGauges(StatsReport report) => report with { Groups = [.. report.Groups.Select(g => g with { Members = 0 })] };
}
