using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Totals of one monitor that never go backwards: what gone sidecars had counted (retired) plus the latest report of
/// each living one. A sidecar that restarts is another instance; its predecessor retires. Not thread-safe: one
/// reconciliation at a time owns it.
/// </summary>
internal sealed class StatsLedger
{
    /// <summary>Sidecars that may come back, or as many as ever lived at once if they were more; beyond that the one that left first retires.</summary>
    public const int MaxDeparted = 100;

    private readonly Dictionary<string, SidecarRecord> _byPod = [];
    private readonly StatsSum _retired = new();
    private StatsSum _counted = new();
    private StatsReport? _gone;
    private PackedReport? _last;
    private int _mostAtOnce;

    // A pod may leave a selector and come back with the same sidecar: what it had counted must then not count twice, also
    // when another leader sees it come back. So it is no part of the retired sums as long as it may.
    private readonly OrderedDictionary<string, SidecarRecord> _departed = [];

    /// <summary>How often sidecars are read.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The living sidecars.</summary>
    public IReadOnlyCollection<SidecarRecord> Living => _byPod.Values;

    /// <summary>Sums of gone sidecars, those that may come back included; the same object until one goes or comes back.</summary>
    public StatsReport Gone => _gone ??= SumOfGone();

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
        var departed = _departed.GetValueOrDefault(podUid);
        var known = _byPod.GetValueOrDefault(podUid) ?? departed;
        var before = known?.Latest.InstanceId == report.InstanceId ? known : null;
        if (report.Sequence < before?.Latest.Sequence)
            return null; // Answers overtook one another: the newer one is known already.
        var previous = before?.Latest.Unpack();
        if (StatsReportValidator.Check(report, previous) is { } error)
            return error;
        if (known is not null && before is null)
            Fold(known);
        if (_departed.Remove(podUid))
            _gone = null;
        HasNews = true;
        _last = PackedReport.Of(report, before?.Latest ?? _last);
        _byPod[podUid] = new SidecarRecord(podUid, _last)
        {
            Previous = before is null || departed is not null ? null : before.Latest,
            Seconds = departed is null ? Count(report, previous) : 0,
            Vanished = previous is null ? null : VanishedSeries.After(before!.Vanished, previous, report),
        };
        return null;
    }

    /// <summary>Lets the sidecars of pods that are gone retire; those of pods that may only have left the selector are kept apart.</summary>
    /// <param name="pods">Uids of all pods that the selector matches.</param>
    /// <param name="ending">Uids of those that end: once gone they do not come back.</param>
    public void Retire(IReadOnlySet<string> pods, IReadOnlySet<string> ending)
    {
        _mostAtOnce = Math.Max(_mostAtOnce, _byPod.Count);
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

    /// <summary>Takes out what APIs have counted since the last call: every report once, as its difference to the one before.</summary>
    public IReadOnlyList<ApiStats> TakeCounted()
    {
        var counted = _counted.ToReport().Apis;
        _counted = new StatsSum();
        return counted;
    }

    /// <summary>Totals since the monitor exists.</summary>
    public StatsSum Totals()
    {
        var sum = new StatsSum();
        sum.Add(Gone);
        foreach (var sidecar in _byPod.Values)
            sum.Add(sidecar.Unpack().Total);
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
        ledger._mostAtOnce = snapshot.Departed.Count;
        foreach (var entry in snapshot.Departed)
        {
            if (ledger._byPod.Remove(entry.PodUid, out var departed))
                ledger.Depart(departed);
        }
        ledger._counted = new StatsSum();
        ledger.MarkStored();
        return ledger;
    }

    private static bool IsSound(VanishedSeries? vanished) => vanished is null
        || StatsReportValidator.Check(new StatsReport { InstanceId = "vanished", Topics = vanished.Topics, Groups = vanished.Groups }, previous: null) is null;

    // Seconds of the sidecar's last interval; 0 for none: all that an older one had counted before anybody asked it did not happen in it.
    private double Count(StatsReport report, StatsReport? previous)
    {
        if (previous is null && report.UptimeSeconds > Math.Max(60, 2 * Interval.TotalSeconds))
            return 0;
        _counted.AddApis(report);
        if (previous is not null)
            _counted.AddApis(previous, -1);
        return Math.Max(0, report.UptimeSeconds - (previous?.UptimeSeconds ?? 0));
    }

    private StatsReport SumOfGone()
    {
        var sum = new StatsSum();
        sum.Add(_retired.ToReport());
        foreach (var sidecar in _departed.Values)
            sum.Add(sidecar.ToEntry().TotalOfGone);
        return sum.ToReport();
    }

    private void Depart(SidecarRecord entry)
    {
        if (_departed.Count >= Math.Max(MaxDeparted, _mostAtOnce))
        {
            Fold(_departed.GetAt(0).Value);
            _departed.RemoveAt(0);
        }
        _departed[entry.PodUid] = entry with { Previous = null };
        NoteGone();
    }

    private void Fold(SidecarRecord entry)
    {
        _retired.Add(entry.ToEntry().TotalOfGone);
        NoteGone();
    }

    private void NoteGone()
    {
        _gone = null;
        HasRetired = true;
        HasNews = true;
    }
}
