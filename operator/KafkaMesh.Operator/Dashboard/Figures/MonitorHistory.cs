using System.Collections.Concurrent;
using System.Collections.Immutable;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>
/// The last hour of one monitor. Every report counts once, as its difference to the sidecar's report before, whatever happens to pods
/// and collections in between. Memory: at most <see cref="MaxBytes"/> of samples; when they need more, neighbours among the older half are
/// added up, so that the hour stays and its older part gets coarser. Beside that one reference per living sidecar, and marks of at most
/// <see cref="MaxGroups"/> groups. One writer; the samples and marks are immutable.
/// </summary>
internal sealed class MonitorHistory
{
    /// <summary>Bytes of samples of one monitor: the hour at 15 s with ten APIs of 30 latencies each.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Bytes of samples of all monitors together.</summary>
    public const int MaxTotalBytes = 64 * 1024 * 1024;

    /// <summary>Groups whose rebalances are remembered.</summary>
    public const int MaxGroups = 500;

    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(1);

    private static readonly TimeSpan Young = TimeSpan.FromSeconds(30);
    private const int MinBytes = 8 * 1024;
    private const int MaxNames = 1024;
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, StatsReport> _last = [];
    private readonly HashSet<string> _withoutBaseline = new(StringComparer.Ordinal); // sidecars whose part of the interval is not known
    private readonly SortedDictionary<int, ApiSum> _pending = [];
    private readonly ConcurrentDictionary<int, string> _apiNames = new();
    private readonly ConcurrentDictionary<int, string> _errorNames = new();

    /// <summary>Oldest first.</summary>
    public ImmutableArray<HistorySample> Samples { get; private set; } = [];

    /// <summary>Oldest first.</summary>
    public ImmutableArray<GroupMark> Groups { get; private set; } = [];

    /// <summary>Names of APIs by key.</summary>
    public IReadOnlyDictionary<int, string> ApiNames => _apiNames;

    /// <summary>Names of errors by code.</summary>
    public IReadOnlyDictionary<int, string> ErrorNames => _errorNames;

    /// <summary>Takes a round.</summary>
    /// <param name="round">The round.</param>
    /// <param name="monitors">How many monitors share the memory.</param>
    public void Take(CollectionRound round, int monitors)
    {
        foreach (var sidecar in round.Sidecars)
            Take(sidecar, round);
        ForgetGone(round.Sidecars);
        if (!round.IsCollection)
            return;
        var seconds = Samples.Length > 0 ? Math.Max(0.001, (round.Time - Samples[^1].End).TotalSeconds) : round.IntervalSeconds;
        var sample = new HistorySample(round.Time, seconds, round.Reporting.Any(uid => !_withoutBaseline.Contains(uid)), Requests(), SampleCodec.Encode(_pending.Values));
        _pending.Clear();
        _withoutBaseline.Clear();
        var oldest = round.Time - Length;
        Samples = Bound([.. Samples.Where(s => s.End > oldest), sample], Math.Clamp(MaxTotalBytes / Math.Max(1, monitors), MinBytes, MaxBytes));
        Mark(round);
    }

    private long Requests() => SaturatingSum.Of(_pending.Values, api => Math.Max(0, api.Requests));

    private void Take(LedgerEntry sidecar, CollectionRound round)
    {
        var known = _last.GetValueOrDefault(sidecar.PodUid);
        if (ReferenceEquals(known, sidecar.Report))
            return;
        var before = known?.InstanceId == sidecar.Report.InstanceId ? known : sidecar.Previous;
        _last[sidecar.PodUid] = sidecar.Report;

        // What a sidecar that is new here counted in all its life did not happen in this interval.
        if (before is null && sidecar.Report.UptimeSeconds > Math.Max(Young.TotalSeconds, 2 * round.IntervalSeconds))
        {
            _withoutBaseline.Add(sidecar.PodUid);
            return;
        }
        _withoutBaseline.Remove(sidecar.PodUid);
        Add(sidecar.Report.Apis, 1);
        Add(before?.Apis ?? [], -1);
    }

    private void Add(IReadOnlyList<ApiStats> apis, int sign)
    {
        foreach (var api in apis)
        {
            if (!_pending.TryGetValue(api.ApiKey, out var sum))
                _pending[api.ApiKey] = sum = new ApiSum(api.ApiKey);
            sum.Add(api, sign);
            Note(_apiNames, api.ApiKey, api.Api);
            foreach (var error in api.Errors)
                Note(_errorNames, error.Code, error.Error);
        }
    }

    private static void Note(ConcurrentDictionary<int, string> names, int key, string name)
    {
        if (!names.ContainsKey(key) && names.Count < MaxNames)
            names[key] = name;
    }

    private void ForgetGone(IReadOnlyList<LedgerEntry> sidecars)
    {
        if (_last.Count == sidecars.Count)
            return;
        var living = sidecars.Select(s => s.PodUid).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _last.Keys.Where(uid => !living.Contains(uid)).ToList())
            _last.Remove(gone);
    }

    private static ImmutableArray<HistorySample> Bound(List<HistorySample> samples, int budget)
    {
        while (samples.Count > 1 && samples.Sum(s => s.Bytes) > budget)
        {
            var coarser = Coarsen(samples);
            if (coarser.Count == samples.Count)
                coarser.RemoveAt(0);
            samples = coarser;
        }
        return [.. samples];
    }

    private static List<HistorySample> Coarsen(List<HistorySample> samples)
    {
        var half = samples.Count / 2;
        var result = new List<HistorySample>();
        for (var i = 0; i < samples.Count; i++)
        {
            if (i + 1 < half && samples[i].IsKnown == samples[i + 1].IsKnown)
                result.Add(samples[i].Join(samples[++i]));
            else
                result.Add(samples[i]);
        }
        return result;
    }

    private void Mark(CollectionRound round)
    {
        if (Groups.Length > 0 && round.Time - Groups[^1].Time < MarkInterval)
            return;
        var oldest = round.Time - Length - MarkInterval;
        Groups = [.. Groups.Where(m => m.Time > oldest), new GroupMark(round.Time, GroupFigures.Rebalances(round, MaxGroups))];
    }
}
