using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Wording;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Replaces pods that carry no sidecar or an outdated one, for monitors with <c>rollout.strategy: Restart</c>: evicts one
/// pod, waits until its owner has as many ready pods as before, or wants fewer, and goes on. An owner whose pod came back no better, or not at
/// all, is left alone for a while. Evictions are what disruption budgets are
/// made for (KEP-85), they work for owners of every kind, and they leave the owner's template as its author wrote it.
/// </summary>
internal sealed class PodRollout(IKubernetesClient client, OperatorReplicas replicas, WorkloadOwners owners, IEventRecorder events, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // An owner makes a successor within seconds: if nothing moves for this long, it wants no other pod, or must not have one.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    // A miss may be one time-out of the webhook, or a replica of an older operator that still answers; it may also be for good.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether this replica leads by the lease itself, asked just before each eviction; set by whoever elects. What was sent before its sender was
    /// suspended may still arrive after a successor has begun: it names the uid of a pod that was outdated then, and budgets hold for it as for any other.
    /// </summary>
    public Func<CancellationToken, Task<bool>> Leads { get; set; } = _ => Task.FromResult(true);

    /// <summary>Does the next step, if it is time for one.</summary>
    /// <param name="progress">What is under way.</param>
    /// <param name="monitor">The monitor; it is valid and registered.</param>
    /// <param name="census">Its pods.</param>
    /// <param name="hash">Hash of the configuration that they shall have.</param>
    /// <param name="cancellationToken">Leadership ends.</param>
    /// <exception cref="ApiException">The API server failed; the next reconciliation tries again.</exception>
    public async Task<RolloutState> StepAsync(RolloutProgress progress, MonitorCandidate monitor, PodCensus census, string hash, CancellationToken cancellationToken)
    {
        if (monitor.Spec.Rollout?.Strategy != RolloutSpec.Restart)
            return RolloutState.Idle;
        if (progress.Hash != hash)
        {
            progress.Hash = hash;
            progress.Pauses.Clear();
        }
        if (progress.Evicted is not null && !Settle(progress, census, hash))
            return new RolloutState(RolloutPhase.Waiting, $"Waiting for the successor of pod {progress.EvictedName} to become ready.");

        var stale = Stale(census, hash).ToList();
        if (stale.Count == 0)
            return RolloutState.Idle;
        if (monitor.Spec.Rollout.Paused)
            return new RolloutState(RolloutPhase.Paused, $"The rollout is paused; {Count(stale)} its turn.");

        // Those that serve nobody first: replacing them costs nothing.
        var next = stale.Where(p => IsReplaced(p) && PauseOf(progress, census, p) is null).OrderBy(p => p.IsReady).ThenBy(p => p.Metadata.CreationTimestamp).FirstOrDefault();
        if (next is null)
            return new RolloutState(RolloutPhase.Stuck, Stuck(progress, census, stale));
        return await replicas.FindDifferenceAsync(cancellationToken) is { } pair
            ? new RolloutState(RolloutPhase.Waiting, $"Waiting for the end of an update of KafkaMesh: its pods {pair} differ.")
            : await EvictAsync(progress, monitor, census, next, cancellationToken);
    }

    // True when the owner of the evicted pod has recovered, or will not.
    private bool Settle(RolloutProgress progress, PodCensus census, string hash)
    {
        var pods = PodsOf(census, progress.Owner).ToList();
        progress.HasSuccessor |= pods.Exists(p => !progress.Known.Contains(p.Uid));
        var isMoving = pods.Exists(p => p.Uid == progress.Evicted || (!p.IsReady && (progress.ReadyBefore.Contains(p.Uid) || !progress.Known.Contains(p.Uid))));
        progress.QuietSince = isMoving ? null : progress.QuietSince ?? time.GetTimestamp();
        var isQuiet = progress.QuietSince is { } since && time.GetElapsedTime(since) >= Quiet;
        var isOver = time.GetElapsedTime(progress.Since) >= Patience;
        var isWhole = progress.HasSuccessor && !pods.Exists(p => p.Uid == progress.Evicted) && pods.Count(p => p.IsReady) >= progress.ReadyBefore.Count;
        if (!isWhole && !isQuiet && !isOver)
            return false;

        // It has made a successor, or has no pods at all: then it has fewer because it wants fewer.
        var fallsShort = !isWhole && (!isQuiet || (!progress.HasSuccessor && pods.Count > 0));
        var isNoBetter = Stale(census, hash).Any(p => p.Owner?.Uid == progress.Owner && !progress.Known.Contains(p.Uid));
        if (fallsShort || isNoBetter)
            Pause(progress, fallsShort ? progress.ReadyBefore.Count : 0, fallsShort ? "missing or not ready" : "as outdated as the pod was");
        else
            progress.Pauses.Remove(progress.Owner);
        progress.Evicted = null;
        return true;
    }

    private void Pause(RolloutProgress progress, int readyNeeded, string problem)
    {
        var misses = (progress.Pauses.GetValueOrDefault(progress.Owner)?.Misses ?? 0) + 1;
        var length = FirstPause * Math.Pow(2, Math.Min(misses - 1, 20));
        progress.Pauses[progress.Owner] = new RolloutPause(misses, time.GetTimestamp(), length < LongestPause ? length : LongestPause, readyNeeded);
        log.Warning("rollout: the successor of pod {Pod} is {Problem}; its owner is left alone for a while", progress.EvictedName, problem);
    }

    private RolloutPause? PauseOf(RolloutProgress progress, PodCensus census, MonitoredPod pod) =>
        progress.Pauses.TryGetValue(pod.Owner?.Uid ?? "", out var pause)
        && (time.GetElapsedTime(pause.Since) < pause.Length || PodsOf(census, pod.Owner?.Uid).Count(p => p.IsReady) < pause.ReadyNeeded) ? pause : null;

    private async Task<RolloutState> EvictAsync(RolloutProgress progress, MonitorCandidate monitor, PodCensus census, MonitoredPod pod, CancellationToken cancellationToken)
    {
        try
        {
            if (!await Leads(cancellationToken))
                return new RolloutState(RolloutPhase.Waiting, "Another replica leads now.");
            await client.EvictAsync(pod.Name, monitor.Namespace, new DeleteOptions { PreconditionUid = pod.Uid }, cancellationToken);
        }
        catch (ApiException error) when (error.IsNotFound || error.IsConflict)
        {
            return new RolloutState(RolloutPhase.Waiting, $"Pod {pod.Name} is gone already.");
        }
        catch (ApiException error) when (!error.IsUnreachable)
        {
            // A budget, most of the time. Whatever it is, the monitor's figures must not wait for it.
            return new RolloutState(RolloutPhase.Blocked, $"Pod {pod.Name} cannot be evicted: {error.Status?.Message ?? error.Message}");
        }
        var siblings = PodsOf(census, pod.Owner!.Uid).ToList();
        progress.Evicted = pod.Uid;
        progress.EvictedName = pod.Name;
        progress.Owner = pod.Owner.Uid ?? "";
        progress.Known = siblings.Select(p => p.Uid).ToHashSet();
        progress.ReadyBefore = siblings.Where(p => p.IsReady).Select(p => p.Uid).ToHashSet();
        progress.HasSuccessor = false;
        progress.QuietSince = null;
        progress.Since = time.GetTimestamp();
        log.Information("rollout: evicted pod {Pod} in {Namespace} for monitor {Monitor}", pod.Name, monitor.Namespace, monitor.Name);
        await TellAsync(pod, monitor.Name, cancellationToken);
        return new RolloutState(RolloutPhase.Waiting, $"Waiting for the successor of pod {pod.Name} to become ready.");
    }

    private async Task TellAsync(MonitoredPod pod, string monitor, CancellationToken cancellationToken)
    {
        const string Reason = "KafkaSidecarRestart";
        var why = $"so that its successor starts with the current sidecar of KafkaMonitor {monitor}.";
        events.Record(MonitoredPod.Type.ReferenceTo(pod), EventType.Normal, Reason, $"Evicted {why}");
        events.Record(pod.OwnerReference!, EventType.Normal, Reason, $"Evicted pod {pod.Name} {why}");
        try
        {
            if (await owners.FindAsync(pod.OwnerReference!, cancellationToken) is { } behind)
                events.Record(behind, EventType.Normal, Reason, $"Evicted pod {pod.Name} {why}");
        }
        catch (ApiException error)
        {
            log.Debug("what is behind {Owner} does not hear of the eviction: {Error}", pod.OwnerReference!.Name, error.Message);
        }
    }

    // A pod of a Job would count as a failure, and nobody makes another one for a pod without owner.
    private static bool IsReplaced(MonitoredPod pod) => pod.Owner is { Kind: not ("Job" or "Node") };

    private static IEnumerable<MonitoredPod> Stale(PodCensus census, string hash) =>
        census.Missing.Concat(census.Injected.Where(p => p.Injection?.Hash != hash)).Where(p => p.Metadata.DeletionTimestamp is null);

    private static IEnumerable<MonitoredPod> PodsOf(PodCensus census, string? owner) =>
        census.Injected.Concat(census.Missing).Concat(census.Skipped).Where(p => p.Owner?.Uid == owner);

    private static string Count(List<MonitoredPod> pods) => $"{Plural.Within(pods.Count, "pod", pods[0].Name)} {Plural.Form(pods.Count, "awaits", "await")}";

    private string Stuck(RolloutProgress progress, PodCensus census, List<MonitoredPod> pods)
    {
        if (pods.Find(p => !IsReplaced(p)) is { } nobodys)
            return $"Pod {nobodys.Name} has no owner that would replace it, or belongs to a Job: restart it yourself.";
        return PauseOf(progress, census, pods[0])?.ReadyNeeded > 0
            ? $"The owner of pod {pods[0].Name} has fewer ready pods than before one of them was evicted: it is left alone until it has as many again."
            : $"Pod {pods[0].Name} was replaced by one that is no better: see its events and kafkamesh check. It is tried again later.";
    }
}
