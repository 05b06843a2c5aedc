using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Events;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Tells with events on monitors what their owners may not look for: a conflict.</summary>
internal sealed class MonitorReporter(IEventRecorder events)
{
    /// <summary>Reports what a new status says that the one before did not.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="previous">Its status before; null when it had none.</param>
    /// <param name="status">Its status.</param>
    public void Changed(JsonObject monitor, KafkaMonitorStatus? previous, KafkaMonitorStatus status)
    {
        if (Conflict(status) is { Status: "True" } conflict && Conflict(previous)?.Status != "True")
            events.Record(MonitorReader.Type.ReferenceTo(monitor), EventType.Warning, "KafkaMonitorConflict", conflict.Message);
    }

    private static MonitorCondition? Conflict(KafkaMonitorStatus? status) => status?.Conditions?.FirstOrDefault(c => c.Type == "Conflict");
}
