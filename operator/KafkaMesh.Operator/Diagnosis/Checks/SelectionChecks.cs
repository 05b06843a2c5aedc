using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Sidecar;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM703, KM704 and KM706 to KM708: the pods of a monitor.</summary>
internal static class SelectionChecks
{
    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight, SeenMonitor monitor)
    {
        var space = sight.Namespaces[monitor.Monitor.Namespace];
        if (space.Pods.Value is not { } all)
        {
            yield return CheckCodes.Selection.Unknown(space.Pods.Problem ?? "the pods were not read");
            yield break;
        }
        var facts = space.Facts.Value ?? new NamespaceFacts(space.Name, new Dictionary<string, string>(), new Dictionary<string, string>());
        var selected = all.Where(p => MonitorChecks.Selects(monitor, p)).ToList();
        var census = PodCensus.Take(
            monitor.Monitor,
            selected.Select(p => p.Pod),
            facts.Annotations,
            [.. sight.Monitors.Value!.Select(m => m.Monitor).Where(m => m.Namespace == space.Name && m.CreationTimestamp.Length > 0)],
            disabled: sight.Facts.Value?.WhyDisabled is not null);
        yield return Selection(monitor, selected, facts);
        yield return Conflict(census);
        yield return Missing(monitor, census);
        if (Outdated(sight, monitor, census) is { } outdated)
            yield return outdated;
        foreach (var finding in Skipped(census))
            yield return finding;
    }

    private static Finding Selection(SeenMonitor monitor, List<SeenPod> selected, NamespaceFacts facts)
    {
        if (selected.Count == 0)
            return CheckCodes.Selection.Warning("its selector matches no pod of its namespace", "Compare spec.selector with the pods' labels: kubectl get pods --show-labels");
        return selected.Exists(p => p.Pod.InjectedBy is not null || OptInReader.Read(p.Pod.Metadata.Annotations, facts.Annotations) != OptIn.Silent || OptInReader.Wants(monitor.Monitor.Spec, OptIn.Silent))
            ? CheckCodes.Selection.Ok($"its selector matches {Plural.Of(selected.Count, "pod")}")
            : CheckCodes.Selection.Warning(
                $"its selector matches {Plural.Of(selected.Count, "pod")}, and neither {Plural.Form(selected.Count, "it nor the namespace says", "they nor the namespace say")} {WellKnownNames.InjectAnnotation}: enabled",
                $"Annotate the pod template or the namespace, or set spec.injection: Selector.");
    }

    // The oldest that wants a pod has it. The younger one is the one to be told.
    private static Finding Conflict(PodCensus census) => census.TakenByOthers is [var (pod, winner), ..]
        ? CheckCodes.Conflict.Warning(
            $"{Plural.Within(census.TakenByOthers.Count, "selected pod", pod.Name)} {Plural.Form(census.TakenByOthers.Count, "belongs", "belong")} to the older KafkaMonitor {winner}", "Narrow one of the selectors, or delete one of the monitors.")
        : CheckCodes.Conflict.Ok("no older monitor wants its pods");

    private static Finding Missing(SeenMonitor monitor, PodCensus census) => census.Missing.Count == 0
        ? CheckCodes.MissingSidecars.Ok($"{Plural.Of(census.Injected.Count, "pod carries", "pods carry")} its sidecar")
        : CheckCodes.MissingSidecars.Warning(
            $"{Plural.Within(census.Missing.Count, "pod", census.Missing[0].Name)} started without the sidecar",
            $"Make them anew (kubectl rollout restart); why: kafkamesh check pod {monitor.Monitor.Namespace}/{census.Missing[0].Name}");

    private static Finding? Outdated(ClusterSight sight, SeenMonitor monitor, PodCensus census)
    {
        const string Advice = "Make them anew (kubectl rollout restart), or set spec.rollout.strategy: Restart.";
        if (sight.Deployment.Value is not { } deployment || OperatorChecks.VersionOf(sight) is not { } version)
        {
            // What the operator makes cannot be seen, what it says can.
            return monitor.Status?.Pods?.Outdated is > 0 and var count
                ? CheckCodes.Outdated.Warning($"{Plural.Of(count, "pod carries", "pods carry")} an outdated sidecar", Advice)
                : CheckCodes.Outdated.Ok("no sidecar is outdated");
        }
        var hash = ConfigurationHash.Of(monitor.Monitor, new DeploymentFacts(deployment).Defaults(version));
        var outdated = census.Injected.Where(p => p.Injection is { } i && i.Hash != hash && i.Version == version).ToList();
        return outdated.Count == 0
            ? CheckCodes.Outdated.Ok("no sidecar of this version is outdated")
            : CheckCodes.Outdated.Warning($"{Plural.Within(outdated.Count, "pod", outdated[0].Name)} {Plural.Form(outdated.Count, "carries", "carry")} a sidecar of an older configuration", Advice);
    }

    private static IEnumerable<Finding> Skipped(PodCensus census)
    {
        var groups = census.Skipped.Where(p => p.SkippedFor != SkipReason.OptedOut).GroupBy(p => p.SkippedFor!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        if (groups.Count == 0)
            yield return CheckCodes.Skipped.Ok("no selected pod was left as it was against its will");
        foreach (var group in groups)
            yield return CheckCodes.Skipped.Warning($"{Plural.Within(group.Count(), "pod", group.First().Name)} {Plural.Form(group.Count(), "was left as it is", "were left as they are")}: {group.Key}", SkipReasonText.Of(group.Key).Advice);
    }
}
