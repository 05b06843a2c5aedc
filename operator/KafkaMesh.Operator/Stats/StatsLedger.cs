using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Totals of one monitor that never go backwards: what gone sidecars had counted (retired) plus the latest report of
/// each living one. A sidecar that restarts is another instance; its predecessor retires. Not thread-safe: one
/// reconciliation at a time owns it.
/// </summary>
internal sealed class StatsLedger
{
    private const int MaxDeparted = 1000;

    private readonly Dictionary<string, LedgerEntry> _byPod = [];
    private readonly StatsSum _retired = new();
    private StatsReport? _retiredReport;

    // A pod may leave a selector and come back with the same sidecar: what it had counted must then not count twice.
    private readonly Dictionary<string, LedgerEntry> _departed = [];

    /// <summary>Latest reports of living sidecars.</summary>
    public IReadOnlyCollection<LedgerEntry> Living => _byPod.Values;

    /// <summary>Sums of gone sidecars; the same object until another one goes.</summary>
    public StatsReport Retired => _retiredReport ??= _retired.ToReport();

    /// <summary>Something retired since <see cref="MarkStored"/>: the ledger must be stored before figures are shown.</summary>
    public bool HasRetired { get; private set; }

    /// <summary>Anything changed since <see cref="MarkStored"/>.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Takes a report.</summary>
    /// <param name="podUid">Uid of the pod that answered.</param>
    /// <param name="report">What it answered.</param>
    /// <returns>Null, or why the report is not believed; then nothing changed.</returns>
    public string? Record(string podUid, StatsReport report)
    {
        var known = _byPod.GetValueOrDefault(podUid);
        var sameInstance = known?.Report.InstanceId == report.InstanceId;
        var before = sameInstance ? known : _departed.GetValueOrDefault(report.InstanceId);
        if (report.Sequence < before?.Report.Sequence)
            return null; // Answers overtook one another: the newer one is known already.
        if (StatsReportValidator.Check(report, before?.Report) is { } error)
            return error;
        if (known is not null && !sameInstance)
            Fold(known);
        if (_departed.Remove(report.InstanceId, out var departed))
            AddRetired(departed.Total, -1);
        HasNews = true;
        _byPod[podUid] = new LedgerEntry(podUid, report)
        {
            Previous = sameInstance ? known!.Report : null,
            Vanished = before is null ? null : VanishedSeries.After(before.Vanished, before.Report, report),
        };
        return null;
    }

    /// <summary>Folds the sidecars of pods that are gone into the retired sums.</summary>
    /// <param name="livingPodUids">Uids of all pods that still exist.</param>
    public void Retire(IReadOnlySet<string> livingPodUids)
    {
        var gone = _byPod.Keys.Where(uid => !livingPodUids.Contains(uid)).ToList();
        foreach (var uid in gone)
        {
            Fold(_byPod[uid]);
            if (_departed.Count < MaxDeparted)
                _departed[_byPod[uid].Report.InstanceId] = _byPod[uid];
            _byPod.Remove(uid);
        }
    }

    /// <summary>Totals since the monitor exists.</summary>
    public StatsSum Totals()
    {
        var sum = new StatsSum();
        sum.Add(Retired);
        foreach (var entry in _byPod.Values)
            sum.Add(entry.Total);
        return sum;
    }

    /// <summary>The state to store.</summary>
    public LedgerSnapshot Snapshot() => new()
    {
        Retired = Retired,
        Instances = [.. _byPod.Values.Select(e => new LedgerEntry(e.PodUid, Compact(e.Report)) { Vanished = e.Vanished })],
    };

    /// <summary>Notes that the present state is stored.</summary>
    public void MarkStored() => (HasRetired, HasNews) = (false, false);

    /// <summary>Continues from a stored state.</summary>
    public static StatsLedger From(LedgerSnapshot snapshot)
    {
        var ledger = new StatsLedger();
        if (StatsReportValidator.Check(snapshot.Retired, previous: null) is null)
            ledger.AddRetired(snapshot.Retired);
        foreach (var entry in snapshot.Instances)
        {
            if (ledger.Record(entry.PodUid, entry.Report) is null && IsSound(entry.Vanished))
                ledger._byPod[entry.PodUid] = ledger._byPod[entry.PodUid] with { Vanished = entry.Vanished };
        }

        ledger.MarkStored();
        return ledger;
    }

    private static bool IsSound(VanishedSeries? vanished) => vanished is null
        || StatsReportValidator.Check(new StatsReport { InstanceId = "vanished", Topics = vanished.Topics, Groups = vanished.Groups }, previous: null) is null;

    private static StatsReport Compact(StatsReport report) => report with
    {
        Clients = [],
        Connections = [],
        Brokers = [],
        DecodeFailures = [],
        Relay = [],
        RelayLatency = null,
        SeriesDropped = new Dictionary<string, long>(),
        Apis = [.. report.Apis.Select(a => a with { Latency = [.. a.Latency.Where(l => l.Result != "empty")] })],
    };

    // The members of a group are a present state, not a count: gone pods have none.
    private void Fold(LedgerEntry entry)
    {
        var total = entry.Total;
        AddRetired(total with { Groups = [.. total.Groups.Select(g => g with { Members = 0 })] });
        HasRetired = true;
        HasNews = true;
    }

    private void AddRetired(StatsReport total, int sign = 1)
    {
        _retired.Add(total, sign);
        _retiredReport = null;
    }
}
