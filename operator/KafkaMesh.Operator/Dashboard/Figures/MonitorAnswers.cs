using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Answers about monitors: those that exist now, with the figures of their last round.</summary>
internal sealed class MonitorAnswers(IEntityStore<JsonObject> monitors, FigureStore figures, TimeProvider time)
{
    /// <summary>Monitors in one list.</summary>
    public const int MaxMonitors = 5000;

    /// <summary>Most topics, clients and groups, and pods, when nobody says how many.</summary>
    public const int DefaultLimit = 1000;

    private const int SparklineSamples = 60;

    /// <summary>Monitors by namespace and name.</summary>
    /// <param name="mayLook">Whether the caller may see a namespace.</param>
    public MonitorListView List(Predicate<string> mayLook)
    {
        var now = time.GetUtcNow();
        var all = monitors.List().Select(m => (Key: MonitorReader.Type.KeyOf(m), Monitor: m)).Where(m => mayLook(m.Key.Namespace ?? ""))
            .OrderBy(m => m.Key.Namespace, StringComparer.Ordinal).ThenBy(m => m.Key.Name, StringComparer.Ordinal).ToList();
        return new MonitorListView(now, [.. all.Take(MaxMonitors).Select(m => Summary(m.Monitor, now))], Math.Max(0, all.Count - MaxMonitors));
    }

    /// <summary>Namespaces that have monitors.</summary>
    public IReadOnlyCollection<string> Namespaces() => monitors.List().Select(m => MonitorReader.Type.KeyOf(m).Namespace ?? "").ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a monitor exists.</summary>
    public bool Exists(NamespacedName key) => monitors.Get(key) is not null;

    /// <summary>One monitor; null when there is none.</summary>
    public MonitorView? Monitor(NamespacedName key, int limit)
    {
        if (monitors.Get(key) is not { } entity)
            return null;
        var now = time.GetUtcNow();
        var view = new MonitorView(Summary(entity, now)) { Now = now, Spec = Spec(entity) };
        if (Find(entity) is not { } found)
            return view;
        var (topics, clients, groups, pods) = (found.Topics(), found.Clients(), found.Groups(), found.Pods());
        return view with
        {
            Apis = found.Apis(),
            Errors = [.. found.Errors().Take(limit)],
            Topics = [.. topics.Take(limit)],
            Clients = [.. clients.Take(limit)],
            Groups = [.. groups.Take(limit)],
            PodList = [.. pods.Take(limit)],
            SeriesDropped = found.Round.Sidecars.SelectMany(s => s.Latest.Unpack().SeriesDropped).GroupBy(s => s.Key, StringComparer.Ordinal)
                .Take(limit).ToDictionary(g => g.Key, g => Stats.SaturatingSum.Of(g, s => s.Value), StringComparer.Ordinal),
            More = new MoreView(
                Math.Max(0, topics.Count - limit), Math.Max(0, clients.Count - limit), Math.Max(0, groups.Count - limit), Math.Max(0, pods.Count - limit)),
        };
    }

    /// <summary>What the list says of one monitor; null when there is none. Costs little beside <see cref="Monitor"/>.</summary>
    public MonitorSummaryView? Summary(NamespacedName key) => monitors.Get(key) is { } entity ? Summary(entity, time.GetUtcNow()) : null;

    /// <summary>Figures of an existing monitor; null when it does not exist or was not collected yet.</summary>
    public MonitorFigures? Find(NamespacedName key) => monitors.Get(key) is { } entity ? Find(entity) : null;

    /// <summary>Figures of the monitors of a namespace, or of all.</summary>
    public IEnumerable<MonitorFigures> FindAll(string? namespaceName, Predicate<string> mayLook) =>
        (namespaceName is null ? monitors.List() : monitors.ListNamespace(namespaceName))
            .Where(m => mayLook(MonitorReader.Type.KeyOf(m).Namespace ?? ""))
            .Select(Find).OfType<MonitorFigures>()
            .OrderBy(f => f.Round.Key.Namespace, StringComparer.Ordinal).ThenBy(f => f.Round.Key.Name, StringComparer.Ordinal);

    /// <summary>An injected pod that lives, and the monitor that it belongs to; null when there is none of that name.</summary>
    public MonitoredPod? FindPod(string namespaceName, string pod) =>
        FindAll(namespaceName, _ => true).SelectMany(f => f.Round.Census.Injected).FirstOrDefault(p => p.Name == pod);

    /// <summary>Whether every monitor of a namespace was collected since this operator leads.</summary>
    public bool IsCollected(string namespaceName) => monitors.ListNamespace(namespaceName).All(m => Find(m) is not null);

    /// <summary>What an answer depends on beside the figures: monitors that are stale by now.</summary>
    public int CountStale(Predicate<string> mayLook)
    {
        var now = time.GetUtcNow();
        return monitors.List().Count(m => mayLook(MonitorReader.Type.KeyOf(m).Namespace ?? "") && Find(m) is { } found && IsStale(found.Round.Status, found.Round.Created, found.Round.IntervalSeconds, now));
    }

    // A monitor that was deleted and made anew has no figures yet.
    private MonitorFigures? Find(JsonObject monitor) =>
        figures.Find(MonitorReader.Type.KeyOf(monitor)) is { } found && found.Round.Uid == EntityType.RawMetadata(monitor).Uid ? found : null;

    private MonitorSummaryView Summary(JsonObject entity, DateTimeOffset now)
    {
        var metadata = EntityType.RawMetadata(entity);
        var found = Find(entity);
        var status = found?.Round.Status ?? MonitorReader.ReadStatus(entity);
        var interval = found?.Round.IntervalSeconds ?? MonitorReader.Read(entity, out _)?.Spec.Report?.IntervalSeconds ?? new ReportSpec().IntervalSeconds;
        var created = metadata.CreationTimestamp ?? now;
        var isStale = IsStale(status, created, interval, now);
        var health = MonitorHealth.Of(status, isStale, IdleTime(found));
        return new MonitorSummaryView
        {
            Namespace = metadata.NamespaceProperty ?? "",
            Name = metadata.Name ?? "",
            Created = created,
            Health = health.Word,
            HealthText = health.Text,
            Stale = isStale,
            LastReportTime = Time(status?.LastReportTime),
            IntervalSeconds = interval,
            Conditions = [.. (status?.Conditions ?? []).Select(c => new ConditionView(c.Type, c.Status, c.Reason, c.Message, Time(c.LastTransitionTime)))],
            Pods = status?.Pods ?? new PodCounts(),
            Connections = status?.Connections ?? new ConnectionCounts(),
            Traffic = found?.Traffic.All ?? TrafficSum.Unknown,
            TopApi = status?.Summary?.TopApi,
            Sparkline = Sparkline(found),
        };
    }

    private static bool IsStale(KafkaMonitorStatus? status, DateTimeOffset created, int interval, DateTimeOffset now)
    {
        if (status?.Pods is null or { Injected: 0 } && status?.LastReportTime is null)
            return false;
        return now - (Time(status?.LastReportTime) ?? created) > TimeSpan.FromSeconds(3 * interval);
    }

    private static TimeSpan? IdleTime(MonitorFigures? found)
    {
        if (found is null || found.Samples.Any(s => s.Requests > 0) || found.Samples.FirstOrDefault(s => s.IsKnown) is not { } first)
            return null;
        return found.Round.Time - first.End + TimeSpan.FromSeconds(first.Seconds);
    }

    private static List<double?> Sparkline(MonitorFigures? found) =>
        found is null ? [] : [.. found.Samples.TakeLast(SparklineSamples).Select(s => s.IsKnown ? s.Requests / s.Seconds : (double?)null)];

    private static SpecView? Spec(JsonObject entity) => MonitorReader.Read(entity, out _)?.Spec is { } spec
        ? new SpecView(LabelSelectorText.Of(spec.Selector) ?? "", spec.Ports, spec.Direction, spec.Injection, spec.Capture)
        : null;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
