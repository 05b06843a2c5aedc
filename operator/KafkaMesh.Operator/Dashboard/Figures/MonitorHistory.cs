using System.Collections.Concurrent;
using System.Collections.Immutable;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>
/// The last hour of one monitor. Every report counts once, as its difference to the sidecar's report before, whatever happens to pods
/// and collections in between. Memory: at most <see cref="MaxBytes"/> of samples; when they need more, neighbours among the older half are
/// added up, so that the hour stays and its older part gets coarser. Beside that marks of at most <see cref="MaxGroups"/> groups. All
/// monitors together: <see cref="MaxTotalBytes"/> of samples, and <see cref="MaxTotalGroups"/> groups in each of eight marks, which take
/// 7 MB; a monitor gets at least 8 KiB and 20 groups, however many there are. One writer; the samples and marks are immutable.
/// </summary>
internal sealed class MonitorHistory
{
    /// <summary>Bytes of samples of one monitor: the hour at 15 s with ten APIs of 30 latencies each.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Bytes of samples of all monitors together.</summary>
    public const int MaxTotalBytes = 16 * 1024 * 1024;

    /// <summary>Groups of one monitor whose rebalances are remembered: those that had most.</summary>
    public const int MaxGroups = 500;

    /// <summary>Groups of all monitors together.</summary>
    public const int MaxTotalGroups = 20_000;

    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(1);

    private const int MinBytes = 8 * 1024;
    private const int MinGroups = 20;
    private const int MaxNames = 1024;
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMinutes(10);

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
        Add(round.Counted.Unpack().Apis);
        if (!round.IsCollection)
            return;
        var seconds = Samples.Length > 0 ? Math.Max(0.001, (round.Time - Samples[^1].End).TotalSeconds) : round.IntervalSeconds;
        // A sidecar that had run for long before it was first asked tells nothing of this interval yet.
        var isKnown = round.Sidecars.Any(s => s.Seconds > 0 && round.Reporting.Contains(s.PodUid));
        var sample = new HistorySample(round.Time, seconds, isKnown, Requests(), SampleCodec.Encode(_pending.Values));
        _pending.Clear();
        var oldest = round.Time - Length;
        Samples = Bound([.. Samples.Where(s => s.End > oldest), sample], Math.Clamp(MaxTotalBytes / Math.Max(1, monitors), MinBytes, MaxBytes));
        Mark(round, Math.Clamp(MaxTotalGroups / Math.Max(1, monitors), MinGroups, MaxGroups));
    }

    private long Requests() => SaturatingSum.Of(_pending.Values, api => Math.Max(0, api.Requests));

    private void Add(IReadOnlyList<ApiStats> apis)
    {
        foreach (var api in apis)
        {
            if (!_pending.TryGetValue(api.ApiKey, out var sum))
                _pending[api.ApiKey] = sum = new ApiSum(api.ApiKey);
            sum.Add(api, 1);
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

    private void Mark(CollectionRound round, int most)
    {
        if (Groups.Length > 0 && round.Time - Groups[^1].Time < MarkInterval)
            return;
        var oldest = round.Time - Length - MarkInterval;
        var rebalances = GroupFigures.Rebalances(round, most);
        Groups = [.. Groups.Where(m => m.Time > oldest), new GroupMark(round.Time, rebalances, IsComplete: rebalances.Count < most)];
    }
}
