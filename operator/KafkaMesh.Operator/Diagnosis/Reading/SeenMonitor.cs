using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>A KafkaMonitor.</summary>
/// <param name="Monitor">What injection sees of it; without a spec when that cannot be read.</param>
/// <param name="Invalid">Why it cannot be used; null when it can.</param>
/// <param name="Status">Its status; null when it has none.</param>
/// <param name="Created">When it was made.</param>
internal sealed record SeenMonitor(MonitorCandidate Monitor, string? Invalid, KafkaMonitorStatus? Status, DateTimeOffset? Created)
{
    /// <summary>How findings call it.</summary>
    public string Subject => $"kafkamonitor/{Monitor.Namespace}/{Monitor.Name}";
}
