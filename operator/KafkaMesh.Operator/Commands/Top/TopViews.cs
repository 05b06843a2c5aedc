using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KafkaMesh.Operator.Commands.Topology;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Diagnosis;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>The views that there are.</summary>
internal static class TopViews
{
    /// <summary>All of them, in the order of their keys.</summary>
    public static IReadOnlyList<TopView> All { get; } = [Monitors(), Apis(), Topics(), Clients(), Groups(), Pods(), Errors()];

    /// <summary>The one of that name; null when there is none.</summary>
    public static TopView? Find(string name) => All.FirstOrDefault(v => v.Name == name);

    private static TopColumn Number(string head, bool wide = false) => new(head, IsFigure: true, wide);

    private static TopColumn[] TrafficColumns() => [Number("REQ/S"), Number("ERR%"), Number("P50", wide: true), Number("P95", wide: true), Number("P99"), Number("IN/S"), Number("OUT/S"), Number("THROTTLED", wide: true)];

    private static TopCell[] TrafficCells(TrafficView t) =>
    [
        TopCell.Count(t.RequestsPerSecond), TopCell.Percent(t.ErrorRatio), TopCell.Latency(t.P50Milliseconds), TopCell.Latency(t.P95Milliseconds), TopCell.Latency(t.P99Milliseconds),
        TopCell.Count(t.BytesInPerSecond), TopCell.Count(t.BytesOutPerSecond), TopCell.Share(t.ThrottledSecondsPerSecond),
    ];

    private static TopView Monitors() => new(
        "monitors",
        [
            new("NAMESPACE"), new("NAME"), new("HEALTH"), Number("PODS"), .. TrafficColumns(), Number("KAFKA"), Number("TLS"), Number("OPAQUE", wide: true), new("TOP API"), Number("FIGURES"),
        ],
        "REQ/S",
        data => data.Monitors.Select(m => new TopRow(
            m.Namespace,
            m.Name,
            [
                TopCell.Of(m.Namespace), TopCell.Of(m.Name), TopCell.Of(m.Stale ? $"{m.Health}, stale" : m.Health), new TopCell($"{m.Pods.Reporting}/{m.Pods.Selected}", m.Pods.Reporting),
                .. TrafficCells(m.Traffic), TopCell.Count(m.Connections.Kafka), TopCell.Count(m.Connections.Tls), TopCell.Count(m.Connections.Opaque), TopCell.Of(m.TopApi), Age(data.Now, m.LastReportTime),
            ],
            () => JsonSerializer.SerializeToNode(m, DashboardJson.Default.MonitorSummaryView))))
    {
        NeedsDetails = false,
    };

    private static TopView Apis() => Of(
        "apis",
        [
            new("API"), new("VERSIONS", IsWide: true), .. TrafficColumns(), Number("REQUESTS"), Number("ERRORS"), Number("IN FLIGHT", wide: true), Number("UNANSWERED", wide: true),
        ],
        "REQ/S",
        m => m.Apis,
        (a, _) =>
        [
            TopCell.Of(a.Name), TopCell.Of(string.Join(',', a.Versions.Select(v => v.Version < 0 ? "others" : $"{v.Version}"))), .. TrafficCells(a.Traffic),
            TopCell.Count(a.Requests), TopCell.Count(a.Errors), TopCell.Count(a.InFlight), TopCell.Count(a.Unanswered),
        ],
        DashboardJson.Default.ApiView);

    private static TopView Topics() => Of(
        "topics",
        [
            new("TOPIC"), Number("RECORDS OUT/S"), Number("RECORDS IN/S"), Number("BYTES OUT/S"), Number("BYTES IN/S"),
            Number("RECORDS OUT", wide: true), Number("RECORDS IN", wide: true), Number("BYTES OUT", wide: true), Number("BYTES IN", wide: true), Number("PODS"),
        ],
        "BYTES OUT/S",
        m => m.Topics,
        (t, _) =>
        [
            TopCell.Of(t.Name), TopCell.Count(t.RecordsOutPerSecond), TopCell.Count(t.RecordsInPerSecond), TopCell.Count(t.BytesOutPerSecond), TopCell.Count(t.BytesInPerSecond),
            TopCell.Count(t.RecordsOut), TopCell.Count(t.RecordsIn), TopCell.Count(t.BytesOut), TopCell.Count(t.BytesIn), TopCell.Count(t.Pods.Count + t.MorePods),
        ],
        DashboardJson.Default.TopicView) with
    {
        More = m => m.Topics,
    };

    private static TopView Clients() => Of(
        "clients",
        [new("CLIENT"), new("SOFTWARE"), new("VERSION"), Number("PODS"), new("POD NAMES", IsWide: true)],
        "CLIENT",
        m => m.Clients,
        (c, _) => [TopCell.Of(c.ClientId), TopCell.Of(c.Software), TopCell.Of(c.Version), TopCell.Count(c.Pods.Count + c.MorePods), TopCell.Of(string.Join(',', c.Pods))],
        DashboardJson.Default.ClientView) with
    {
        More = m => m.Clients,
    };

    private static TopView Groups() => Of(
        "groups",
        [new("GROUP"), Number("MEMBERS"), Number("REBALANCES/H"), Number("REBALANCES"), Number("PODS"), new("POD NAMES", IsWide: true)],
        "REBALANCES/H",
        m => m.Groups,
        (g, _) => [TopCell.Of(g.Name), TopCell.Count(g.Members), TopCell.Count(g.RebalancesPerHour), TopCell.Count(g.Rebalances), TopCell.Count(g.Pods.Count + g.MorePods), TopCell.Of(string.Join(',', g.Pods))],
        DashboardJson.Default.GroupView) with
    {
        More = m => m.Groups,
    };

    private static TopView Pods() => Of(
        "pods",
        [
            new("POD"), new("STATE"), .. TrafficColumns(), Number("KAFKA"), Number("TLS"), Number("FIGURES"), new("WORKLOAD", IsWide: true), new("NODE", IsWide: true), new("IP", IsWide: true),
            new("SIDECAR", IsWide: true), new("REASON"),
        ],
        "REQ/S",
        m => m.PodList,
        (p, now) =>
        [
            TopCell.Of(p.Name), TopCell.Of(p.Outdated ? $"{p.State}, outdated" : p.State), .. TrafficCells(p.Traffic), TopCell.Count(p.Connections.Kafka), TopCell.Count(p.Connections.Tls), Age(now, p.LastReportTime),
            TopCell.Of(TopologyText.NameOf(p.Workload.Kind, p.Workload.Name)), TopCell.Of(p.Node), TopCell.Of(p.Ip), TopCell.Of(p.ProxyVersion), TopCell.Of(p.Reason),
        ],
        DashboardJson.Default.PodView) with
    {
        More = m => m.Pods,
    };

    private static TopView Errors() => Of(
        "errors",
        [new("API"), new("ERROR"), Number("ERRORS/S"), Number("ERRORS")],
        "ERRORS/S",
        m => m.Errors,
        (e, _) => [TopCell.Of(e.Api), TopCell.Of(e.Error), TopCell.Count(e.PerSecond), TopCell.Count(e.Count)],
        DashboardJson.Default.ErrorView);

    // Every row says its monitor; output about a single one leaves that out.
    private static TopView Of<T>(
        string name, TopColumn[] columns, string sort, Func<MonitorView, IEnumerable<T>> items, Func<T, DateTimeOffset, TopCell[]> cells, JsonTypeInfo<T> type) => new(
        name,
        [new("NAMESPACE"), new("MONITOR"), .. columns],
        sort,
        data => data.Details.SelectMany(m => items(m).Select(item => new TopRow(
            m.Namespace, m.Name, [TopCell.Of(m.Namespace), TopCell.Of(m.Name), .. cells(item, m.Now)], () => JsonSerializer.SerializeToNode(item, type)))));

    private static TopCell Age(DateTimeOffset now, DateTimeOffset? time) => time is { } known ? new TopCell(AgeText.Of(now - known), (now - known).TotalSeconds) : TopCell.Of(null);
}
