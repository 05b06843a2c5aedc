using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Totals of one monitor that never go backwards: what gone sidecars had counted (retired) plus the latest report of
/// each living one. A sidecar that restarts is another instance; its predecessor retires. Not thread-safe: one
/// reconciliation at a time owns it.
/// </summary>
internal sealed class StatsLedger
{
    /// <summary>Sidecars that may come back; beyond that the one that left first retires.</summary>
    public const int MaxDeparted = 100;

    private readonly Dictionary<string, SidecarRecord> _byPod = [];
    private readonly StatsSum _retired = new();
    private PackedReport? _last;

    // A pod may leave a selector and come back with the same sidecar: what it had counted must then not count twice, also
    // when another leader sees it come back. So it is no part of the retired sums as long as it may.
    private readonly OrderedDictionary<string, SidecarRecord> _departed = [];

    /// <summary>The living sidecars.</summary>
    public IReadOnlyCollection<SidecarRecord> Living => _byPod.Values;

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
        var known = _byPod.GetValueOrDefault(podUid) ?? _departed.GetValueOrDefault(podUid);
        var before = known?.Latest.InstanceId == report.InstanceId ? known : null;
        if (report.Sequence < before?.Latest.Sequence)
            return null; // Answers overtook one another: the newer one is known already.
        var previous = before?.Latest.Unpack();
        if (StatsReportValidator.Check(report, previous) is { } error)
            return error;
        if (known is not null && before is null)
            Fold(known);
        var wasDeparted = _departed.Remove(podUid);
        HasNews = true;
        _last = PackedReport.Of(report, before?.Latest ?? _last);
        _byPod[podUid] = new SidecarRecord(podUid, _last)
        {
            Previous = wasDeparted ? null : before?.Latest,
            Vanished = previous is null ? null : VanishedSeries.After(before!.Vanished, previous, report),
        };
        return null;
    }

    /// <summary>Lets the sidecars of pods that are gone retire; those of pods that may only have left the selector are kept apart.</summary>
    /// <param name="pods">Uids of all pods that the selector matches.</param>
    /// <param name="ending">Uids of those that end: once gone they do not come back.</param>
    public void Retire(IReadOnlySet<string> pods, IReadOnlySet<string> ending)
    {
        foreach (var uid in ending.Where(_byPod.ContainsKey))
            _byPod[uid] = _byPod[uid] with { IsEnding = true };
        foreach (var entry in _byPod.Values.Where(entry => !pods.Contains(entry.PodUid)).ToList())
        {
            _byPod.Remove(entry.PodUid);
            if (entry.IsEnding || entry.Latest.IsDraining)
                Fold(entry);
            else
                Depart(entry);
        }
    }

    /// <summary>Totals of what is gone.</summary>
    public StatsSum TotalsOfGone()
    {
        var sum = new StatsSum();
        sum.Add(_retired.ToReport());
        foreach (var sidecar in _departed.Values)
            sum.Add(sidecar.ToEntry().TotalOfGone);
        return sum;
    }

    /// <summary>Totals since the monitor exists.</summary>
    public StatsSum Totals()
    {
        var sum = TotalsOfGone();
        foreach (var sidecar in _byPod.Values)
            sum.Add(sidecar.ToEntry().Total);
        return sum;
    }

    /// <summary>The state to store.</summary>
    public LedgerSnapshot Snapshot() => new()
    {
        Retired = _retired.ToReport(),
        Instances = [.. _byPod.Values.Select(sidecar => sidecar.ToEntry())],
        Departed = [.. _departed.Values.Select(sidecar => sidecar.ToEntry())],
    };

    /// <summary>Notes that the present state is stored.</summary>
    public void MarkStored() => (HasRetired, HasNews) = (false, false);

    /// <summary>Continues from a stored state.</summary>
    public static StatsLedger From(LedgerSnapshot snapshot)
    {
        var ledger = new StatsLedger();
        if (StatsReportValidator.Check(snapshot.Retired, previous: null) is null)
            ledger._retired.Add(snapshot.Retired);
        foreach (var entry in snapshot.Departed.Concat(snapshot.Instances))
        {
            if (ledger.Record(entry.PodUid, entry.Report) is null && IsSound(entry.Vanished))
                ledger._byPod[entry.PodUid] = ledger._byPod[entry.PodUid] with { Vanished = entry.Vanished };
        }
        foreach (var entry in snapshot.Departed)
        {
            if (ledger._byPod.Remove(entry.PodUid, out var departed))
                ledger.Depart(departed);
        }

        ledger.MarkStored();
        return ledger;
    }

    private static bool IsSound(VanishedSeries? vanished) => vanished is null
        || StatsReportValidator.Check(new StatsReport { InstanceId = "vanished", Topics = vanished.Topics, Groups = vanished.Groups }, previous: null) is null;

    private void Depart(SidecarRecord entry)
    {
        if (_departed.Count >= MaxDeparted)
        {
            Fold(_departed.GetAt(0).Value);
            _departed.RemoveAt(0);
        }
        _departed[entry.PodUid] = entry with { Previous = null };
        HasRetired = true;
        HasNews = true;
    }

    private void Fold(SidecarRecord entry)
    {
        _retired.Add(entry.ToEntry().TotalOfGone);
        HasRetired = true;
        HasNews = true;
    }
}
