using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>One word and one sentence on how a monitor does; the gravest first.</summary>
/// <param name="Word">Healthy, Progressing, Degraded, Conflict, NoPods, NoTraffic or Unknown.</param>
/// <param name="Text">Why.</param>
internal sealed record MonitorHealth(string Word, string Text)
{
    /// <summary>Judges a status.</summary>
    /// <param name="status">The status; null when there is none yet.</param>
    /// <param name="isStale">No figures came for three intervals.</param>
    /// <param name="idle">How long no request has been seen at least; null when one was.</param>
    public static MonitorHealth Of(KafkaMonitorStatus? status, bool isStale, TimeSpan? idle)
    {
        if (status is null)
            return new MonitorHealth("Unknown", "The operator has not looked at it yet.");
        if (Holds(status, "Conflict") is { } conflict)
            return new MonitorHealth("Conflict", conflict);
        if (Holds(status, "Degraded") is { } degraded)
            return new MonitorHealth("Degraded", degraded);
        if (status.Pods is null or { Selected: 0 })
            return new MonitorHealth("NoPods", "No pod of the namespace matches its selector and wants a sidecar.");
        if (isStale)
            return new MonitorHealth("Unknown", $"No sidecar has been heard of since {status.LastReportTime ?? "the monitor was made"}; figures are those of then.");
        if (Holds(status, "Progressing") is { } progressing)
            return new MonitorHealth("Progressing", progressing);
        if (status.Pods.Reporting == 0)
            return new MonitorHealth("Unknown", status.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Message ?? "No sidecar has reported yet.");
        return idle is { } time ? NoTraffic(status, time) : Healthy(status);
    }

    private static MonitorHealth Healthy(KafkaMonitorStatus status) =>
        new("Healthy", Plural.Form(status.Pods!.Reporting, "The sidecar reports.", $"All {status.Pods.Reporting} sidecars report.") + Unread(status.Connections));

    private static MonitorHealth NoTraffic(KafkaMonitorStatus status, TimeSpan idle)
    {
        var time = idle.TotalMinutes >= 1 ? $"{idle.TotalMinutes:0} min" : $"{idle.TotalSeconds:0} s";
        return new MonitorHealth("NoTraffic", $"{Plural.Form(status.Pods!.Reporting, "The sidecar reports, but has", "The sidecars report, but have")} seen no Kafka request in the last {time}." + Unread(status.Connections));
    }

    private static string Unread(ConnectionCounts? connections) => connections switch
    {
        { Tls: > 0 } => $" {Plural.Of(connections.Tls, "open connection is TLS", "open connections are TLS")}, which is relayed unread.",
        { Opaque: > 0, Kafka: 0 } => $" {Plural.Of(connections.Opaque, "open connection does", "open connections do")} not speak Kafka.",
        _ => "",
    };

    private static string? Holds(KafkaMonitorStatus status, string type) =>
        status.Conditions?.FirstOrDefault(c => c.Type == type) is { Status: "True" } condition ? condition.Message : null;
}
