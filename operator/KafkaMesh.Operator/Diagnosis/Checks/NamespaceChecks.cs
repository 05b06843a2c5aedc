using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM6xx: namespaces that hold monitors.</summary>
internal static class NamespaceChecks
{
    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        foreach (var space in sight.Namespaces.Values)
        {
            var subject = $"namespace/{space.Name}";
            var refused = RefusedByPodSecurity(space.Name, space.Facts.Value, sight.Probes);
            if (refused is not null)
                yield return refused;
            if (space.Facts.Value is not { } facts)
            {
                if (refused is null)
                    yield return CheckCodes.PodSecurity.Unknown(space.Facts.Problem ?? "the namespace is gone").About(subject);
                continue;
            }
            var monitors = (sight.Monitors.Value ?? []).Where(m => m.Invalid is null && m.Monitor.Namespace == space.Name).ToList();
            if (refused is null)
                yield return PodSecurity(facts, monitors, sight.DefaultPodSecurity).About(subject);
            yield return KillSwitch(space, facts, monitors).About(subject);
            yield return Annotations(space, facts).About(subject);
            yield return RoomChecks.Look(space.Room, facts, monitors).About(subject);
        }
    }

    /// <summary>
    /// That the trials of a namespace show a default of the cluster which the operator does not know; null when they do not. Where the
    /// namespace has a label the operator goes by that: a trial that was refused all the same came while it changed.
    /// </summary>
    /// <param name="space">The namespace's name.</param>
    /// <param name="facts">What is known of it; null: nothing.</param>
    /// <param name="probes">Trials, of any namespace.</param>
    public static Finding? RefusedByPodSecurity(string space, NamespaceFacts? facts, IEnumerable<ProbeSight> probes)
    {
        var probe = probes.FirstOrDefault(p => p.RefusingLevel is not null && p.Monitor.Monitor.Namespace == space);
        if (probe?.RefusingLevel is not { } level || facts?.Labels.ContainsKey(NamespaceFacts.EnforceLabel) == true)
            return null;
        return CheckCodes.PodSecurity.Error(
            $"the cluster enforces Pod Security {level} by default, which the operator does not know: it injects the init container, and the API server refuses pods of {probe.Monitor.Monitor.Name} because of it",
            $"Tell the operator by --default-pod-security={level} (KAFKAMESH_DEFAULT_POD_SECURITY; defaultPodSecurity of the chart): it then leaves such pods as they are. For a sidecar all the same, label the namespace {NamespaceFacts.EnforceLabel}: privileged, or set spec.capture: None with spec.forward.")
            .About($"namespace/{space}");
    }

    private static Finding PodSecurity(NamespaceFacts facts, List<SeenMonitor> monitors, string clusterDefault)
    {
        if (facts.LevelWithoutNetAdmin(clusterDefault) is not { } level)
            return CheckCodes.PodSecurity.Ok("Pod Security admits the init container");
        var redirecting = monitors.Where(m => m.Monitor.Spec.Capture == CaptureMode.Redirect).Select(m => m.Monitor.Name).ToList();
        return redirecting.Count == 0
            ? CheckCodes.PodSecurity.Ok($"{level.Sentence("it")}, and its monitors have capture: None")
            : CheckCodes.PodSecurity.Warning(
                $"{level.Sentence("it")}, which forbids NET_ADMIN for the init container: pods of {string.Join(", ", redirecting)} are left as they are", SkipReasonText.Of(SkipReason.PodSecurity).Advice);
    }

    private static Finding KillSwitch(NamespaceSight space, NamespaceFacts facts, List<SeenMonitor> monitors)
    {
        if (OptInReader.Read(podAnnotations: null, facts.Annotations) == OptIn.Disabled)
            return CheckCodes.KillSwitch.Warning($"the namespace says {WellKnownNames.InjectAnnotation}: disabled: only pods that say enabled get a sidecar", $"kubectl annotate namespace {space.Name} {WellKnownNames.InjectAnnotation}-");
        var disabled = (space.Pods.Value ?? [])
            .Where(p => OptInReader.Read(p.Pod.Metadata.Annotations, new Dictionary<string, string>()) == OptIn.Disabled && monitors.Exists(m => MonitorChecks.Selects(m, p)))
            .ToList();
        return CheckCodes.KillSwitch.Ok(disabled.Count == 0
            ? "neither it nor a selected pod is switched off"
            : $"{Plural.Within(disabled.Count, "selected pod", disabled[0].Pod.Name)} {Plural.Form(disabled.Count, "says", "say")} {WellKnownNames.InjectAnnotation}: disabled");
    }

    private static Finding Annotations(NamespaceSight space, NamespaceFacts facts)
    {
        const string Advice = $"Write it as an annotation: {WellKnownNames.InjectAnnotation}: enabled (or disabled), on the pod template or the namespace.";
        if (Mistake(facts.Labels, facts.Annotations) is { } mistake)
            return CheckCodes.Annotations.Warning($"the namespace {mistake}", Advice);
        foreach (var pod in space.Pods.Value ?? [])
        {
            if (Mistake(pod.Pod.Metadata.Labels, pod.Pod.Metadata.Annotations) is { } ofPod)
                return CheckCodes.Annotations.Warning($"pod {pod.Pod.Name} {ofPod}", Advice);
        }
        return space.Pods.Problem is { } problem ? CheckCodes.Annotations.Unknown(problem) : CheckCodes.Annotations.Ok("no label or value is mistaken");
    }

    private static string? Mistake(IReadOnlyDictionary<string, string>? labels, IReadOnlyDictionary<string, string>? annotations)
    {
        if (labels?.ContainsKey(WellKnownNames.InjectAnnotation) == true)
            return $"has {WellKnownNames.InjectAnnotation} as a label, which nobody reads";
        return annotations?.GetValueOrDefault(WellKnownNames.InjectAnnotation) is { } value and not ("enabled" or "disabled")
            ? $"says {WellKnownNames.InjectAnnotation}: {value}, which counts as silence"
            : null;
    }
}
