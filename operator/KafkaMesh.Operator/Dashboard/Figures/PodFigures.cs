using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Pods of a round with what their sidecars say.</summary>
internal static class PodFigures
{
    /// <summary>All pods, by name.</summary>
    /// <param name="round">The round.</param>
    /// <param name="traffic">Its rates.</param>
    /// <param name="lastReports">When sidecars that do not answer did so last, by pod uid.</param>
    public static IReadOnlyList<PodView> Of(CollectionRound round, TrafficFigures traffic, IReadOnlyDictionary<string, DateTimeOffset> lastReports)
    {
        var sidecars = round.Sidecars.ToDictionary(s => s.PodUid, StringComparer.Ordinal);
        var census = round.Census;
        return
        [
            .. census.Injected.Concat(round.Ended).Select(Injected)
                .Concat(census.Skipped.Select(p => Plain(p, p.SkippedFor, SkipReasonText.Of(p.SkippedFor, round.PodSecurity).Whole)))
                .Concat(census.TakenByOthers.Select(p => Plain(p.Pod, SkipReason.Conflict, $"It belongs to the older monitor {p.Monitor}, which selects it too.")))
                .Concat(census.Missing.Select(p => Plain(p, reason: null, "It started before the monitor, or while nobody injected; restart it to monitor it.")))
                .OrderBy(p => p.Name, StringComparer.Ordinal),
        ];

        PodView Injected(MonitoredPod pod)
        {
            var report = sidecars.GetValueOrDefault(pod.Uid)?.Latest.Unpack();
            var isReporting = round.Reporting.Contains(pod.Uid);
            return Make(pod, StateOf(pod, isReporting), reason: null, reasonText: null) with
            {
                Outdated = pod.Injection?.Hash != round.CurrentHash,
                ProxyVersion = report?.ProxyVersion is { Length: > 0 } version ? version : null,
                LastReportTime = isReporting ? round.Time : lastReports.TryGetValue(pod.Uid, out var last) ? last : null,
                Connections = isReporting ? Connections(report) : new ConnectionCounts(),
                Traffic = isReporting ? traffic.OfPod(pod.Uid) : TrafficSum.Unknown,
                DecodeFailures = Failures(report),
            };
        }
    }

    /// <summary>The topmost owner that the pod itself tells: a ReplicaSet of a Deployment counts as the Deployment.</summary>
    public static WorkloadView WorkloadOf(MonitoredPod pod)
    {
        if (pod.Owner is not { Kind: { } kind, Name: { } name })
            return new WorkloadView("Pod", pod.Name);
        var hash = pod.Metadata.Labels?.GetValueOrDefault("pod-template-hash");
        return kind == "ReplicaSet" && hash is { Length: > 0 } && name.EndsWith("-" + hash, StringComparison.Ordinal) && name.Length > hash.Length + 1
            ? new WorkloadView("Deployment", name[..^(hash.Length + 1)])
            : new WorkloadView(kind, name);
    }

    private static string StateOf(MonitoredPod pod, bool isReporting) => pod switch
    {
        { IsTerminal: true } => "Ended",
        { IsDraining: true } => "Draining",
        _ when isReporting => "Reporting",
        { Status.Phase: "Running" } => "Unreachable",
        _ => "Starting",
    };

    private static PodView Plain(MonitoredPod pod, string? reason, string reasonText) => Make(pod, "NotInjected", reason, reasonText);

    private static PodView Make(MonitoredPod pod, string state, string? reason, string? reasonText) => new(
        pod.Name,
        WorkloadOf(pod),
        pod.Spec?.NodeName,
        pod.Status?.PodIP,
        pod.Status?.Phase ?? "Unknown",
        state,
        Outdated: false,
        reason,
        reasonText,
        ProxyVersion: null,
        LastReportTime: null,
        new ConnectionCounts(),
        TrafficSum.Unknown,
        []);

    private static ConnectionCounts Connections(StatsReport? report)
    {
        long Open(Func<string, bool> protocol) => SaturatingSum.Of((report?.Connections ?? []).Where(c => protocol(c.Protocol)), c => c.Open);
        return new ConnectionCounts { Kafka = Open(p => p == "kafka"), Tls = Open(p => p == "tls"), Opaque = Open(p => p is not ("kafka" or "tls")) };
    }

    private static List<FailureView> Failures(StatsReport? report) =>
    [
        .. (report?.DecodeFailures ?? []).Where(f => f.Count > 0).GroupBy(f => f.Reason, StringComparer.Ordinal)
            .Select(g => new FailureView(g.Key, SaturatingSum.Of(g, f => f.Count)))
            .OrderByDescending(f => f.Count).ThenBy(f => f.Reason, StringComparer.Ordinal),
    ];
}
