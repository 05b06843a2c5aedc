using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Events;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Tells with an event on the pod why it has no sidecar, once per pod.</summary>
internal sealed class SkippedPodReporter(IEventRecorder events, TimeProvider time)
{
    // A new leader must not repeat what its predecessor told about pods of last week.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Reports the pods that were not reported yet.</summary>
    public void Report(MonitorRuntime runtime, IReadOnlyList<MonitoredPod> skipped)
    {
        runtime.Told.IntersectWith(skipped.Select(p => p.Uid));
        foreach (var pod in skipped)
        {
            var isRecent = pod.Metadata.CreationTimestamp is { } created && time.GetUtcNow() - created < MaxAge;
            if (pod.SkippedFor is SkipReason.OptedOut or SkipReason.Disabled || !isRecent || !runtime.Told.Add(pod.Uid))
                continue;
            events.Record(
                MonitoredPod.Type.ReferenceTo(pod), EventType.Warning, "KafkaSidecarSkipped", $"This pod has no Kafka sidecar: {pod.SkippedFor}.");
        }
    }
}
