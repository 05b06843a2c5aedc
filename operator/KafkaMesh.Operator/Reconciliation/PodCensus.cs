using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>A monitor's pods by state, without terminated ones.</summary>
internal sealed record PodCensus
{
    /// <summary>No pods.</summary>
    public static PodCensus Empty { get; } = new() { Injected = [], Skipped = [], Missing = [], TakenByOthers = [] };

    /// <summary>Pods that carry this monitor's sidecar.</summary>
    public required IReadOnlyList<MonitoredPod> Injected { get; init; }

    /// <summary>Pods that were left as they were, with a reason.</summary>
    public required IReadOnlyList<MonitoredPod> Skipped { get; init; }

    /// <summary>Pods that should carry a sidecar and do not: they started before the monitor or while nobody injected.</summary>
    public required IReadOnlyList<MonitoredPod> Missing { get; init; }

    /// <summary>Pods that this monitor wants and that carry an older monitor's sidecar.</summary>
    public required IReadOnlyList<MonitoredPod> TakenByOthers { get; init; }

    /// <summary>All pods that the monitor is responsible for.</summary>
    public int Selected => Injected.Count + Skipped.Count + Missing.Count;

    /// <summary>Sorts the pods that the monitor's selector matches.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="pods">Pods that its selector matches.</param>
    /// <param name="namespaceAnnotations">Annotations of its namespace.</param>
    /// <param name="disabled">Injection is switched off for the whole cluster. Pods that were skipped for that lack their sidecar once it is on again.</param>
    public static PodCensus Take(MonitorCandidate monitor, IEnumerable<MonitoredPod> pods, IReadOnlyDictionary<string, string> namespaceAnnotations, bool disabled)
    {
        var injected = new List<MonitoredPod>();
        var skipped = new List<MonitoredPod>();
        var missing = new List<MonitoredPod>();
        var taken = new List<MonitoredPod>();
        foreach (var pod in pods.Where(p => !p.IsTerminal).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (pod.InjectedBy == monitor.Name)
                injected.Add(pod);
            else if (pod.InjectedBy is not null && Wants(monitor.Spec, pod, namespaceAnnotations))
                taken.Add(pod);
            else if (pod.InjectedBy is null && pod.SkippedFor is not null && (disabled || pod.SkippedFor != SkipReason.Disabled))
                skipped.Add(pod);
            else if (pod.InjectedBy is null && pod.Metadata.DeletionTimestamp is null && Wants(monitor.Spec, pod, namespaceAnnotations))
                missing.Add(pod);
        }
        return new PodCensus { Injected = injected, Skipped = skipped, Missing = missing, TakenByOthers = taken };
    }

    private static bool Wants(KafkaMonitorSpec spec, MonitoredPod pod, IReadOnlyDictionary<string, string> namespaceAnnotations) =>
        OptInReader.Wants(spec, OptInReader.Read(pod.Metadata.Annotations, namespaceAnnotations));
}
