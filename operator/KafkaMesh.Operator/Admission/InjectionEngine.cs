using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Admission.Sidecar;

namespace KafkaMesh.Operator.Admission;

/// <summary>
/// Decides what becomes of a pod: a pure function of pod, monitors, namespace, cluster and defaults. Applying it to its
/// own result changes nothing, because the API server calls a webhook again after its own change.
/// </summary>
internal static class InjectionEngine
{
    /// <summary>Decides about one pod.</summary>
    /// <returns>The decision with its patch; the patch was applied to a copy of the pod and the result was checked.</returns>
    /// <exception cref="InjectionException">The patch would not apply or would make the pod invalid: a defect; the pod must be admitted unchanged.</exception>
    public static InjectionDecision Decide(InjectionRequest request)
    {
        var pod = new PodView(request.Pod);
        if (pod.Spec is null)
            return NotSelected("it has no spec");
        if (pod.IsMirror)
            return NotSelected("it is a static pod of a node");

        var selecting = request.Monitors.Selecting(pod.Labels);
        selecting.RemoveAll(m => m.Namespace != request.Namespace.Name);
        if (selecting.Count == 0)
            return NotSelected("no KafkaMonitor of its namespace selects its labels");

        var word = OptInReader.Read(pod.Annotations, request.Namespace.Annotations);
        if (word == OptIn.Disabled)
            return Skip(request, selecting[0], new Obstacle(SkipReason.OptedOut, $"it or its namespace says {WellKnownNames.InjectAnnotation}: disabled"));

        // The oldest monitor that wants the pod decides; the others say so in their status.
        var monitor = selecting.Find(m => OptInReader.Wants(m.Spec, word));
        if (monitor is null)
            return NotSelected($"KafkaMonitor {selecting[0].Name} selects it, but neither it nor its namespace says {WellKnownNames.InjectAnnotation}: enabled");
        if (request.Cluster.WhyDisabled is { } disabled)
            return Skip(request, monitor, new Obstacle(SkipReason.Disabled, disabled));
        if (MonitorValidator.Check(monitor) is { } invalid)
            return Skip(request, monitor, new Obstacle(SkipReason.InvalidMonitor, $"its KafkaMonitor cannot be used: {invalid}"));
        return Inject(request, pod, monitor);
    }

    /// <summary>Takes out of a pod what any injection has added, by this version or another.</summary>
    /// <returns>The change; empty when the pod carries nothing of ours.</returns>
    public static IReadOnlyList<JsonPatchOperation> Remove(JsonObject pod)
    {
        var recorder = new PatchRecorder(pod);
        if (InjectionStatus.Of(new PodView(pod)) is { } status)
            PodMutator.RemoveParts(recorder, status);
        PodMutator.RemoveSkippedMark(recorder);
        return recorder.Operations;
    }

    private static InjectionDecision NotSelected(string explanation) =>
        new() { Outcome = InjectionOutcome.NotSelected, Explanation = explanation };

    private static InjectionDecision Inject(InjectionRequest request, PodView pod, MonitorCandidate monitor)
    {
        var recorder = new PatchRecorder(request.Pod);
        var earlier = InjectionStatus.Of(pod);
        if (earlier is not null)
            PodMutator.RemoveParts(recorder, earlier);

        if (!SidecarPlanner.TryPlan(new PodView(recorder.Document), monitor, request, out var plan, out var obstacle))
            return Skip(request, monitor, obstacle);
        if (earlier is not null && IsCurrent(pod, earlier, plan))
            return new InjectionDecision { Outcome = InjectionOutcome.Unchanged, Monitor = monitor.Name };

        var containers = SidecarContainers.Of(plan);
        PodMutator.AddParts(recorder, plan, containers);
        if (PartsValidator.Check(new PodView(recorder.Document), containers) is { } invalid)
            throw new InjectionException($"the pod would become invalid: {invalid}");
        return new InjectionDecision
        {
            Outcome = InjectionOutcome.Injected,
            Monitor = monitor.Name,
            Patch = recorder.Operations,
            Warnings = Warnings(request, monitor, plan),
        };
    }

    /// <summary>
    /// The pod carries what the plan would give it. What others added to our containers since (a mirrored image, a
    /// namespace's default limits) stays theirs.
    /// </summary>
    private static bool IsCurrent(PodView pod, InjectionStatus earlier, SidecarPlan plan)
    {
        var containers = plan.Native ? pod.InitContainers : pod.Containers;
        return earlier.Hash == plan.Hash
            && earlier.Native == plan.Native
            && earlier.Uid == plan.UserId
            && earlier.Ports == plan.Ports
            && pod.Label(WellKnownNames.MonitorLabel) == plan.Monitor.Name
            && containers.Any(c => PodView.Text(c, "name") == WellKnownNames.ProxyContainer)
            && plan.Redirects == pod.InitContainers.Any(c => PodView.Text(c, "name") == WellKnownNames.InitContainer)
            && ProbeRewrite.IsApplied(pod, plan)
            && pod.Label(WellKnownNames.SkippedLabel) is null;
    }

    private static InjectionDecision Skip(InjectionRequest request, MonitorCandidate monitor, Obstacle obstacle)
    {
        var recorder = new PatchRecorder(request.Pod);
        PodMutator.MarkSkipped(recorder, obstacle.Reason);
        return new InjectionDecision
        {
            Outcome = InjectionOutcome.Skipped,
            Monitor = monitor.Name,
            Reason = obstacle.Reason,
            Explanation = obstacle.Message,
            Patch = recorder.Operations,
            Warnings = [Line($"pod {new PodView(request.Pod).DisplayName} gets no Kafka sidecar ({obstacle.Reason}): {obstacle.Message}")],
        };
    }

    private static IReadOnlyList<string> Warnings(InjectionRequest request, MonitorCandidate monitor, SidecarPlan plan)
    {
        var wantsNative = monitor.Spec.Sidecar?.Mode == KafkaMesh.Contracts.Monitors.SidecarMode.Native;
        return wantsNative && !plan.Native
            ? [Line($"pod {new PodView(request.Pod).DisplayName} gets its Kafka sidecar as an ordinary container: the cluster has no native sidecars (Kubernetes 1.29)")]
            : [];
    }

    // A warning that holds a line break disappears, and the API server keeps only the first 256 characters of each.
    private static string Line(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 250 ? line : line[..247] + "...";
    }
}
