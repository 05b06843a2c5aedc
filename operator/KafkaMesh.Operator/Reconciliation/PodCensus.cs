using System.Collections.ObjectModel;
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

    /// <summary>
    /// Pods that should carry this monitor's sidecar and do not: they started before it or while nobody injected, or they carry
    /// that of a monitor which does not want them any more, or is gone.
    /// </summary>
    public required IReadOnlyList<MonitoredPod> Missing { get; init; }

    /// <summary>Pods that this monitor wants and that an older one wants too, with its name: the oldest has them.</summary>
    public required IReadOnlyList<(MonitoredPod Pod, string Monitor)> TakenByOthers { get; init; }

    /// <summary>All pods that the monitor is responsible for.</summary>
    public int Selected => Injected.Count + Skipped.Count + Missing.Count;

    /// <summary>Sorts the pods that the monitor's selector matches.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="pods">Pods that its selector matches.</param>
    /// <param name="namespaceAnnotations">Annotations of its namespace.</param>
    /// <param name="all">All monitors of the namespace.</param>
    /// <param name="disabled">Injection is switched off for the whole cluster. Pods that were skipped for that lack their sidecar once it is on again.</param>
    public static PodCensus Take(
        MonitorCandidate monitor,
        IEnumerable<MonitoredPod> pods,
        IReadOnlyDictionary<string, string> namespaceAnnotations,
        IReadOnlyList<MonitorCandidate> all,
        bool disabled)
    {
        var older = all.Where(m => MonitorCandidate.CompareByAge(m, monitor) < 0).ToList();
        older.Sort(MonitorCandidate.CompareByAge);
        var injected = new List<MonitoredPod>();
        var skipped = new List<MonitoredPod>();
        var missing = new List<MonitoredPod>();
        var taken = new List<(MonitoredPod Pod, string Monitor)>();
        foreach (var pod in pods.Where(p => !p.IsTerminal).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (pod.InjectedBy == monitor.Name)
                injected.Add(pod);
            else if (Wants(monitor.Spec, pod, namespaceAnnotations) && older.Find(m => Claims(m, pod, namespaceAnnotations)) is { } winner)
                taken.Add((pod, winner.Name));
            else if (pod.InjectedBy is null && pod.SkippedFor is not null && (disabled || pod.SkippedFor != SkipReason.Disabled))
                skipped.Add(pod);
            else if (pod.Metadata.DeletionTimestamp is null && Wants(monitor.Spec, pod, namespaceAnnotations))
                missing.Add(pod);
        }
        return new PodCensus { Injected = injected, Skipped = skipped, Missing = missing, TakenByOthers = taken };
    }

    private static bool Claims(MonitorCandidate monitor, MonitoredPod pod, IReadOnlyDictionary<string, string> namespaceAnnotations) =>
        LabelMatcher.Matches(monitor.Spec.Selector, pod.Metadata.Labels ?? ReadOnlyDictionary<string, string>.Empty) && Wants(monitor.Spec, pod, namespaceAnnotations);

    private static bool Wants(KafkaMonitorSpec spec, MonitoredPod pod, IReadOnlyDictionary<string, string> namespaceAnnotations) =>
        OptInReader.Wants(spec, OptInReader.Read(pod.Metadata.Annotations, namespaceAnnotations));
}
