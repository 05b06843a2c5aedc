using System.Collections.Immutable;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>
/// What is shown of one monitor after a round. Immutable; what takes more than a few additions is made when somebody first asks, once per
/// round, so that collecting costs the same whether anybody looks or not.
/// </summary>
/// <param name="round">The round.</param>
/// <param name="history">Names of APIs and errors.</param>
/// <param name="samples">Samples up to the round.</param>
/// <param name="groups">Marks up to it.</param>
/// <param name="lastReports">When sidecars that do not answer did so last, by pod uid.</param>
/// <param name="version">Grows with every round of any monitor.</param>
internal sealed class MonitorFigures(
    CollectionRound round,
    MonitorHistory history,
    ImmutableArray<HistorySample> samples,
    ImmutableArray<GroupMark> groups,
    IReadOnlyDictionary<string, DateTimeOffset> lastReports,
    long version)
{
    private readonly Lazy<TrafficFigures> _traffic = new(() => new TrafficFigures(round));
    private readonly Lazy<StatsSum> _totals = new(() => Sum(round));
    private IReadOnlyList<TopicView>? _topics;
    private IReadOnlyList<PodView>? _pods;

    /// <summary>The round.</summary>
    public CollectionRound Round => round;

    /// <summary>Grows with every round of any monitor.</summary>
    public long Version => version;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<HistorySample> Samples => samples;

    /// <summary>Names of APIs and errors that samples leave out.</summary>
    public MonitorHistory Names => history;

    /// <summary>When sidecars that do not answer did so last, by pod uid.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> LastReports => lastReports;

    /// <summary>Rates.</summary>
    public TrafficFigures Traffic => _traffic.Value;

    /// <summary>APIs by key.</summary>
    public IReadOnlyList<ApiView> Apis() => ApiFigures.Apis(round, _totals.Value, Traffic);

    /// <summary>Errors, most frequent first.</summary>
    public IReadOnlyList<ErrorView> Errors() => ApiFigures.Errors(round, _totals.Value, Traffic);

    /// <summary>Topics, busiest first.</summary>
    public IReadOnlyList<TopicView> Topics() => _topics ??= TopicFigures.Of(round, _totals.Value);

    /// <summary>Clients by id.</summary>
    public IReadOnlyList<ClientView> Clients() => ClientFigures.Of(round);

    /// <summary>Groups, largest first.</summary>
    public IReadOnlyList<GroupView> Groups() => GroupFigures.Of(round, groups.Length > 0 ? groups[0] : null);

    /// <summary>Pods by name.</summary>
    public IReadOnlyList<PodView> Pods() => _pods ??= PodFigures.Of(round, Traffic, lastReports);

    private static StatsSum Sum(CollectionRound round)
    {
        var sum = new StatsSum();
        sum.Add(round.Gone);
        foreach (var sidecar in round.Sidecars)
            sum.Add(sidecar.Unpack().Total);
        return sum;
    }
}
