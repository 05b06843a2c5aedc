using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Tells with events on monitors what their owners may not look for: a conflict, and sidecars that a deleted monitor leaves behind.</summary>
internal sealed class MonitorReporter(IEventRecorder events)
{
    private const int MaxNamed = 10;

    /// <summary>Reports what a new status says that the one before did not.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="previous">Its status before; null when it had none.</param>
    /// <param name="status">Its status.</param>
    public void Changed(JsonObject monitor, KafkaMonitorStatus? previous, KafkaMonitorStatus status)
    {
        if (Conflict(status) is { Status: "True" } conflict && Conflict(previous)?.Status != "True")
            events.Record(MonitorReader.Type.ReferenceTo(monitor), EventType.Warning, "KafkaMonitorConflict", conflict.Message);
    }

    /// <summary>Reports the pods of a monitor that is gone: they relay on, and nobody counts.</summary>
    /// <param name="monitor">The monitor as it was last seen.</param>
    /// <param name="name">Its name.</param>
    /// <param name="pods">Pods that its selector matches.</param>
    public void Deleted(JsonObject monitor, string name, IEnumerable<MonitoredPod> pods)
    {
        // Those that are going already need nobody's attention.
        var orphans = pods.Where(p => p.InjectedBy == name && !p.IsTerminal && p.Metadata.DeletionTimestamp is null).Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
        if (orphans.Count == 0)
            return;
        var named = string.Join(", ", orphans.Take(MaxNamed)) + (orphans.Count > MaxNamed ? $" and {orphans.Count - MaxNamed} more" : "");
        events.Record(
            MonitorReader.Type.ReferenceTo(monitor),
            EventType.Warning,
            "KafkaSidecarsOrphaned",
            $"{Plural.Of(orphans.Count, "pod still carries", "pods still carry")} the sidecar of this deleted monitor and {Plural.Form(orphans.Count, "relays on until it is", "relay on until they are")} made again: {named}.");
    }

    private static MonitorCondition? Conflict(KafkaMonitorStatus? status) => status?.Conditions?.FirstOrDefault(c => c.Type == "Conflict");
}
