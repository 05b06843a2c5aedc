using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Decides whether a status is worth a write.</summary>
internal static class StatusComparer
{
    private static readonly TimeSpan ReportTimeStep = TimeSpan.FromMinutes(1);

    /// <summary>
    /// True when anything but the report time changed, or the report time moved by a minute: an idle monitor causes one
    /// write a minute.
    /// </summary>
    public static bool IsWorthWriting(KafkaMonitorStatus? stored, KafkaMonitorStatus next)
    {
        if (stored is null)
            return true;
        if (!JsonNode.DeepEquals(WithoutTime(stored), WithoutTime(next)))
            return true;
        if (next.LastReportTime is null || next.LastReportTime == stored.LastReportTime)
            return false;
        return !DateTimeOffset.TryParse(stored.LastReportTime, out var before)
            || !DateTimeOffset.TryParse(next.LastReportTime, out var after)
            || after - before >= ReportTimeStep;
    }

    private static JsonNode? WithoutTime(KafkaMonitorStatus status) =>
        JsonSerializer.SerializeToNode(status with { LastReportTime = null }, ContractsJson.Default.KafkaMonitorStatus);
}
