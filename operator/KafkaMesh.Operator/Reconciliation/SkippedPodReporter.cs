using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Wording;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Tells with events why pods have no sidecar and what to do: on each pod once, and once per reason on what made them (ReplicaSet,
/// StatefulSet, Job, …), which outlives its pods, and on what is behind that (Deployment, CronJob, …), at which people look.
/// </summary>
internal sealed class SkippedPodReporter(WorkloadOwners owners, IEventRecorder events, TimeProvider time, ILogger log)
{
    private const string Reason = "KafkaSidecarSkipped";

    // A new leader must not repeat what its predecessor told about pods of last week.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Reports the pods that were not reported yet. When the API server fails the rest is left for the next time.</summary>
    /// <param name="told">What was reported; it is brought up to date.</param>
    /// <param name="skipped">The pods that were left as they were.</param>
    /// <param name="podSecurity">The Pod Security level that keeps the init container out of their namespace now; null: none does.</param>
    /// <param name="cancellationToken">Leadership ends.</param>
    public async Task ReportAsync(HashSet<string> told, IReadOnlyList<MonitoredPod> skipped, EnforcedLevel? podSecurity, CancellationToken cancellationToken)
    {
        told.IntersectWith(skipped.Select(p => p.Uid).Concat(skipped.Select(OwnersKey)));
        foreach (var pod in skipped)
        {
            var isRecent = pod.Metadata.CreationTimestamp is { } created && time.GetUtcNow() - created < MaxAge;
            if (pod.SkippedFor is SkipReason.OptedOut or SkipReason.Disabled || !isRecent)
                continue;
            var why = $"has no Kafka sidecar ({pod.SkippedFor}). {SkipReasonText.Of(pod.SkippedFor, podSecurity).Whole}";
            if (told.Add(pod.Uid))
                events.Record(MonitoredPod.Type.ReferenceTo(pod), EventType.Warning, Reason, $"This pod {why}");
            if (pod.OwnerReference is not { } owner || told.Contains(OwnersKey(pod)))
                continue;
            V1ObjectReference? behind;
            try
            {
                behind = await owners.FindAsync(owner, cancellationToken);
            }
            catch (ApiException error)
            {
                log.Debug("owners of pods without a sidecar are told later: {Error}", error.Message);
                return;
            }
            told.Add(OwnersKey(pod));
            foreach (var involved in behind is null ? [owner] : (V1ObjectReference[])[owner, behind])
                events.Record(involved, EventType.Warning, Reason, $"A pod of this {involved.Kind} {why}");
        }
    }

    private static string OwnersKey(MonitoredPod pod) => $"{pod.Owner?.Uid}/{pod.SkippedFor}";
}
