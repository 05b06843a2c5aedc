using System.Globalization;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM7xx: each monitor by itself, and what its status says.</summary>
internal static class MonitorChecks
{
    // A status is written at every interval or once a minute.
    private static readonly TimeSpan OldestReport = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(30);

    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        if (sight.Monitors.Value is not { } monitors)
        {
            yield return CheckCodes.MonitorSpec.Unknown(sight.Monitors.Problem ?? "none was read");
            yield break;
        }
        if (monitors.Count == 0)
            yield return CheckCodes.MonitorSpec.Ok("there is no KafkaMonitor: kubectl apply one to see Kafka traffic");
        foreach (var monitor in monitors)
        {
            foreach (var finding in One(sight, monitor))
                yield return finding.About(monitor.Subject);
        }
    }

    /// <summary>Whether a monitor's selector matches a pod of its namespace.</summary>
    public static bool Selects(SeenMonitor monitor, SeenPod pod) =>
        pod.Pod.Metadata.NamespaceProperty == monitor.Monitor.Namespace
        && LabelMatcher.Matches(monitor.Monitor.Spec.Selector, pod.Pod.Metadata.Labels ?? new Dictionary<string, string>());

    private static IEnumerable<Finding> One(ClusterSight sight, SeenMonitor monitor)
    {
        if (monitor.Invalid is { } invalid)
        {
            yield return CheckCodes.MonitorSpec.Error(invalid, "Correct it: kubectl edit, or the manifest that it comes from.");
            yield break;
        }
        yield return CheckCodes.MonitorSpec.Ok("its spec can be used");
        yield return Status(sight, monitor);
        if (monitor.Status is { } status)
        {
            yield return Unreachable(status);
            yield return Rollout(status);
            yield return Decoded(status);
        }
        foreach (var finding in SelectionChecks.Run(sight, monitor))
            yield return finding;
    }

    private static Finding Status(ClusterSight sight, SeenMonitor monitor)
    {
        const string Advice = "The leader writes it: look at KM201 to KM203, KM501, and the operator's log.";
        if (monitor.Status is not { } status)
        {
            return sight.Now - monitor.Created < FirstLook
                ? CheckCodes.MonitorStatus.Ok("it is too young to have a status")
                : CheckCodes.MonitorStatus.Error("nobody has written its status", Advice);
        }
        if (status.ObservedGeneration != monitor.Monitor.Generation)
            return CheckCodes.MonitorStatus.Warning($"the status is about generation {status.ObservedGeneration}, the spec has {monitor.Monitor.Generation}", Advice);
        return AgeOfReport(status, sight.Now) is { } age && status.Pods is { Injected: > 0 } && age > Oldest(monitor.Monitor.Spec)
            ? CheckCodes.MonitorStatus.Warning($"its figures are {AgeText.Of(age)} old", "If a sidecar answers, the operator does not look: see KM203. If none does, see KM705.")
            : CheckCodes.MonitorStatus.Ok("its status is about the current spec");
    }

    /// <summary>How old the figures of a status are; null when there were none.</summary>
    public static TimeSpan? AgeOfReport(KafkaMonitorStatus status, DateTimeOffset now) =>
        DateTimeOffset.TryParse(status.LastReportTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var last) ? now - last : null;

    /// <summary>How old figures may be before they are stale.</summary>
    public static TimeSpan Oldest(KafkaMonitorSpec spec)
    {
        var intervals = TimeSpan.FromSeconds(4L * Math.Clamp(spec.Report?.IntervalSeconds ?? new ReportSpec().IntervalSeconds, 1, 300));
        return intervals > OldestReport ? intervals : OldestReport;
    }

    private static Finding Unreachable(KafkaMonitorStatus status) => status.Pods?.Unreachable is > 0 and var count
        ? CheckCodes.Unreachable.Warning(
            $"{Plural.Of(count, "sidecar does", "sidecars do")} not answer the operator: {string.Join(", ", status.Unreachable ?? [])}",
            "Look at kubectl logs POD -c kafkamesh-proxy, and at network policies between the operator's pods and port 4594. Their traffic flows on.")
        : CheckCodes.Unreachable.Ok($"{status.Pods?.Reporting ?? 0} of {status.Pods?.Injected ?? 0} sidecars report");

    private static Finding Rollout(KafkaMonitorStatus status)
    {
        var progress = status.Conditions?.FirstOrDefault(c => c.Type == "Progressing");
        return progress?.Reason switch
        {
            $"Rollout{nameof(RolloutPhase.Stuck)}" or $"Rollout{nameof(RolloutPhase.Blocked)}" => CheckCodes.Rollout.Warning(progress.Message, "Restart these pods yourself, or make room in their PodDisruptionBudget."),
            $"Rollout{nameof(RolloutPhase.Paused)}" or $"Rollout{nameof(RolloutPhase.Waiting)}" => CheckCodes.Rollout.Ok(progress.Message),
            _ => CheckCodes.Rollout.Ok("none is under way"),
        };
    }

    private static Finding Decoded(KafkaMonitorStatus status)
    {
        var connections = status.Connections ?? new ConnectionCounts();
        var counts = $"{connections.Kafka} connections are Kafka, {connections.Tls} TLS, {connections.Opaque} something else";
        return connections.Kafka == 0 && connections.Tls + connections.Opaque > 0
            ? CheckCodes.Decoded.Warning(counts, "TLS cannot be decoded: capture a plaintext listener, or move TLS into a mesh sidecar behind ours. Something else: is the port Kafka's?")
            : CheckCodes.Decoded.Ok(counts);
    }
}
