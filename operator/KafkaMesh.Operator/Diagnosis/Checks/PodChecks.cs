using KafkaMesh.Contracts;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM8xx: pods that carry a sidecar.</summary>
internal static class PodChecks
{
    private const int MaxNamed = 5;

    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        if (sight.Injected.Value is not { } all)
            return [CheckCodes.Orphans.Unknown(sight.Injected.Problem ?? "the pods were not read")];
        var injected = all.Where(p => p.Pod.InjectedBy is not null).ToList();
        return [Orphans(sight, injected), Versions(sight, injected), .. Runs(injected)];
    }

    /// <summary>Whether a pod that does not run does not because of what was injected.</summary>
    public static string? TroubleOf(SeenPod pod) => pod.Trouble(name => name is WellKnownNames.InitContainer or WellKnownNames.ProxyContainer);

    private static Finding Orphans(ClusterSight sight, List<SeenPod> injected)
    {
        if (sight.Monitors.Value is not { } monitors)
            return CheckCodes.Orphans.Unknown(sight.Monitors.Problem ?? "the KafkaMonitors were not read");
        var known = monitors.Select(m => $"{m.Monitor.Namespace}/{m.Monitor.Name}").ToHashSet(StringComparer.Ordinal);
        var orphans = injected.Where(p => !known.Contains($"{p.Pod.Metadata.NamespaceProperty}/{p.Pod.InjectedBy}")).ToList();
        return orphans.Count == 0
            ? CheckCodes.Orphans.Ok(Plural.Of(injected.Count, "sidecar"))
            : CheckCodes.Orphans.Warning(
                $"{Plural.Of(orphans.Count, "pod carries", "pods carry")} a sidecar of no KafkaMonitor: {Names(orphans)}", "They relay on and nobody counts. Make them anew (kubectl rollout restart), or apply their KafkaMonitor again.");
    }

    private static Finding Versions(ClusterSight sight, List<SeenPod> injected)
    {
        if (OperatorChecks.VersionOf(sight) is not { } version)
            return CheckCodes.SidecarVersion.Unknown(sight.Deployment.Problem ?? "the operator's version is not known");
        var others = injected.Where(p => p.Pod.Injection!.Version != version).ToList();
        return others.Count == 0
            ? CheckCodes.SidecarVersion.Ok($"all have {version}")
            : CheckCodes.SidecarVersion.Warning(
                $"{Plural.Of(others.Count, "pod carries", "pods carry")} a sidecar of another version ({string.Join(", ", others.Select(p => p.Pod.Injection!.Version).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MaxNamed))}) than the operator's {version}: {Names(others)}",
                "Make them anew (kubectl rollout restart), or set spec.rollout.strategy: Restart.");
    }

    private static IEnumerable<Finding> Runs(List<SeenPod> injected)
    {
        var broken = injected.Where(p => TroubleOf(p) is not null).Take(MaxNamed).ToList();
        if (broken.Count == 0)
            yield return CheckCodes.SidecarRuns.Ok(Plural.Of(injected.Count, "pod"));
        foreach (var pod in broken)
            yield return Broken(pod);
    }

    /// <summary>The finding about a pod whose injected containers do not start.</summary>
    public static Finding Broken(SeenPod pod)
    {
        var trouble = TroubleOf(pod) ?? "";
        return CheckCodes.SidecarRuns
            .Error($"{trouble}", $"Look at kubectl -n {pod.Pod.Metadata.NamespaceProperty} logs {pod.Pod.Name} -c {trouble.Split(':')[0]} and at its events; it names the missing privilege, image or kernel feature.")
            .About($"pod/{pod.DisplayName}");
    }

    private static string Names(List<SeenPod> pods) =>
        string.Join(", ", pods.Take(MaxNamed).Select(p => p.DisplayName)) + (pods.Count > MaxNamed ? $" and {pods.Count - MaxNamed} more" : "");
}
