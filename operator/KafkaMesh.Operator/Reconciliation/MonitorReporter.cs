using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Events;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Tells with events on monitors what their owners may not look for: a conflict, and totals that cannot be kept.</summary>
internal sealed class MonitorReporter(IEventRecorder events)
{
    /// <summary>Reports what a new status says that the one before did not.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="previous">Its status before; null when it had none.</param>
    /// <param name="status">Its status.</param>
    public void Changed(JsonObject monitor, KafkaMonitorStatus? previous, KafkaMonitorStatus status)
    {
        if (Find(status, "Conflict") is { Status: "True" } conflict && Find(previous, "Conflict")?.Status != "True")
            events.Record(MonitorReader.Type.ReferenceTo(monitor), EventType.Warning, "KafkaMonitorConflict", conflict.Message);
        if (Find(status, "Degraded") is { Reason: ConditionBuilder.TotalsNotKept } degraded && Find(previous, "Degraded")?.Reason != ConditionBuilder.TotalsNotKept)
            events.Record(MonitorReader.Type.ReferenceTo(monitor), EventType.Warning, "KafkaTotalsNotKept", degraded.Message);
    }

    private static MonitorCondition? Find(KafkaMonitorStatus? status, string type) => status?.Conditions?.FirstOrDefault(c => c.Type == type);
}
