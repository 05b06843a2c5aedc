using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Wording;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Replaces pods that carry no sidecar or an outdated one, for monitors with <c>rollout.strategy: Restart</c>: evicts one
/// pod, waits until its owner has as many ready pods as before, and goes on. Evictions are what disruption budgets are
/// made for (KEP-85), they work for owners of every kind, and they leave the owner's template as its author wrote it.
/// </summary>
internal sealed class PodRollout(IKubernetesClient client, IEventRecorder events, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

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
            progress.Hopeless.Clear();
        }
        if (progress.Evicted is not null && !Settle(progress, census, hash))
            return new RolloutState(RolloutPhase.Waiting, $"Waiting for the successor of pod {progress.EvictedName} to become ready.");

        var stale = Stale(census, hash).ToList();
        if (stale.Count == 0)
            return RolloutState.Idle;
        if (monitor.Spec.Rollout.Paused)
            return new RolloutState(RolloutPhase.Paused, $"The rollout is paused; {Count(stale)} its turn.");

        // Those that serve nobody first: replacing them costs nothing.
        var next = stale.Where(p => IsReplaced(p) && !progress.Hopeless.Contains(p.Owner!.Uid ?? "")).OrderBy(p => p.IsReady).ThenBy(p => p.Metadata.CreationTimestamp).FirstOrDefault();
        return next is null
            ? new RolloutState(RolloutPhase.Stuck, Stuck(stale))
            : await EvictAsync(progress, monitor, census, next, cancellationToken);
    }

    // True when the owner of the evicted pod has recovered, or will not.
    private bool Settle(RolloutProgress progress, PodCensus census, string hash)
    {
        var pods = PodsOf(census, progress.Owner).ToList();
        var ready = pods.Count(p => p.IsReady);
        var isOver = time.GetElapsedTime(progress.Since) >= Patience;
        if (!isOver && (pods.Exists(p => p.Uid == progress.Evicted) || ready < progress.ReadyBefore))
            return false;
        var isNoBetter = Stale(census, hash).Any(p => p.Owner?.Uid == progress.Owner && !progress.Known.Contains(p.Uid));
        if (isNoBetter || isOver)
        {
            progress.Hopeless.Add(progress.Owner);
            log.Warning("rollout: the successor of pod {Pod} is {Problem}; its owner is left alone", progress.EvictedName, isNoBetter ? "as outdated as the pod was" : "not ready");
        }
        progress.Evicted = null;
        return true;
    }

    private async Task<RolloutState> EvictAsync(RolloutProgress progress, MonitorCandidate monitor, PodCensus census, MonitoredPod pod, CancellationToken cancellationToken)
    {
        var eviction = new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = monitor.Namespace },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = pod.Uid } },
        };
        try
        {
            await client.SendAsync(HttpMethod.Post, $"api/v1/namespaces/{monitor.Namespace}/pods/{pod.Name}/eviction", eviction, cancellationToken);
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
        progress.ReadyBefore = siblings.Count(p => p.IsReady);
        progress.Known = siblings.Select(p => p.Uid).ToHashSet();
        progress.Since = time.GetTimestamp();
        log.Information("rollout: evicted pod {Pod} in {Namespace} for monitor {Monitor}", pod.Name, monitor.Namespace, monitor.Name);
        events.Record(pod.OwnerReference!, EventType.Normal, "KafkaSidecarRestart", $"Evicted pod {pod.Name} so that its successor starts with the current sidecar of KafkaMonitor {monitor.Name}.");
        events.Record(MonitoredPod.Type.ReferenceTo(pod), EventType.Normal, "KafkaSidecarRestart", $"Evicted so that its successor starts with the current sidecar of KafkaMonitor {monitor.Name}.");
        return new RolloutState(RolloutPhase.Waiting, $"Waiting for the successor of pod {pod.Name} to become ready.");
    }

    // A pod of a Job would count as a failure, and nobody makes another one for a pod without owner.
    private static bool IsReplaced(MonitoredPod pod) => pod.Owner is { Kind: not ("Job" or "Node") };

    private static IEnumerable<MonitoredPod> Stale(PodCensus census, string hash) =>
        census.Missing.Concat(census.Injected.Where(p => p.Injection?.Hash != hash)).Where(p => p.Metadata.DeletionTimestamp is null);

    private static IEnumerable<MonitoredPod> PodsOf(PodCensus census, string? owner) =>
        census.Injected.Concat(census.Missing).Concat(census.Skipped).Where(p => p.Owner?.Uid == owner);

    private static string Count(List<MonitoredPod> pods) => $"{Plural.Within(pods.Count, "pod", pods[0].Name)} {Plural.Form(pods.Count, "awaits", "await")}";

    private static string Stuck(List<MonitoredPod> pods) =>
        pods.Find(p => !IsReplaced(p)) is { } pod
            ? $"Pod {pod.Name} has no owner that would replace it, or belongs to a Job: restart it yourself."
            : $"Pod {pods[0].Name} was replaced by one that is no better: see its events and kafkamesh check.";
}
