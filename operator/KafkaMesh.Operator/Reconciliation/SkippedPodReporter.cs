using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Tells with events why pods have no sidecar and what to do: on each pod once, and once per reason on what made them (ReplicaSet,
/// StatefulSet, Job, …), which outlives its pods.
/// </summary>
internal sealed class SkippedPodReporter(IEventRecorder events, TimeProvider time)
{
    private const string Reason = "KafkaSidecarSkipped";

    // A new leader must not repeat what its predecessor told about pods of last week.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Reports the pods that were not reported yet.</summary>
    /// <param name="told">What was reported; it is brought up to date.</param>
    /// <param name="skipped">The pods that were left as they were.</param>
    public void Report(HashSet<string> told, IReadOnlyList<MonitoredPod> skipped)
    {
        told.IntersectWith(skipped.Select(p => p.Uid).Concat(skipped.Select(OwnersKey)));
        foreach (var pod in skipped)
        {
            var isRecent = pod.Metadata.CreationTimestamp is { } created && time.GetUtcNow() - created < MaxAge;
            if (pod.SkippedFor is SkipReason.OptedOut or SkipReason.Disabled || !isRecent || !told.Add(pod.Uid))
                continue;
            var why = $"has no Kafka sidecar ({pod.SkippedFor}). {SkipReasonText.Of(pod.SkippedFor).Whole}";
            events.Record(MonitoredPod.Type.ReferenceTo(pod), EventType.Warning, Reason, $"This pod {why}");
            if (pod.OwnerReference is { } owner && told.Add(OwnersKey(pod)))
                events.Record(owner, EventType.Warning, Reason, $"A pod of this {owner.Kind} {why}");
        }
    }

    private static string OwnersKey(MonitoredPod pod) => $"{pod.Owner?.Uid}/{pod.SkippedFor}";
}
