using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Admission.Sidecar;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM9xx: why one pod carries a sidecar or does not, by the decision that the injector itself makes.</summary>
internal static class PodExplanation
{
    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight, PodSight seen)
    {
        var subject = $"pod/{seen.Namespace}/{seen.Name}";
        if (seen.Pod.Value is not { } pod)
        {
            yield return (seen.Pod.Problem is { } problem
                ? CheckCodes.PodExists.Unknown(problem)
                : CheckCodes.PodExists.Error($"there is no pod {seen.Name} in namespace {seen.Namespace}", $"kubectl -n {seen.Namespace} get pods")).About(subject);
            foreach (var refused in Refused(sight, seen))
                yield return refused;
            yield break;
        }
        var created = EntityType.RawMetadata(pod).CreationTimestamp;
        yield return CheckCodes.PodExists.Ok($"made {(created is { } c ? AgeText.Of(sight.Now - c) + " ago" : "some time ago")} by {seen.Owner ?? "nobody"}").About(subject);
        if (sight.Protected.Contains(seen.Namespace))
        {
            yield return CheckCodes.PodWanted.Warning($"nothing is ever injected in namespace {seen.Namespace}", "Run the pod in another namespace.").About(subject);
            yield break;
        }
        if (sight.Monitors.Value is not { } monitors || seen.Facts.Value is not { } facts || sight.Facts.Value is not { } cluster)
        {
            yield return CheckCodes.PodWanted.Unknown(sight.Monitors.Problem ?? seen.Facts.Problem ?? sight.Facts.Problem ?? "its namespace is gone").About(subject);
            yield break;
        }
        var decision = InjectionEngine.Decide(new InjectionRequest(
            pod, facts, [.. monitors.Where(m => m.Monitor.Namespace == seen.Namespace && m.Monitor.CreationTimestamp.Length > 0).Select(m => m.Monitor)], cluster, Defaults(sight)));
        yield return Wanted(decision, new PodView(pod), monitors, seen.Namespace).About(subject);
        yield return Carries(sight, seen, pod, decision).About(subject);
        foreach (var finding in Asked(sight, seen, decision))
            yield return finding.About(subject);
        foreach (var refused in Refused(sight, seen))
            yield return refused;
        if (SeenPod.Of(pod) is { } state && PodChecks.TroubleOf(state) is not null)
            yield return PodChecks.Broken(state);
    }

    // Why it, or the next one like it, is not created at all.
    private static IEnumerable<Finding> Refused(ClusterSight sight, PodSight seen)
    {
        if (NamespaceChecks.RefusedByPodSecurity(seen.Namespace, seen.Facts.Value, seen.Probe is { } probe ? sight.Probes.Append(probe) : sight.Probes) is { } byPodSecurity)
            yield return byPodSecurity;
        if (seen.Facts.Value is not { } facts)
            yield break;
        var monitors = (sight.Monitors.Value ?? []).Where(m => m.Invalid is null && m.Monitor.Namespace == seen.Namespace).ToList();
        if (RoomChecks.Look(seen.Room, facts, monitors) is { Verdict: Verdict.Warning } refused)
            yield return refused.About($"namespace/{seen.Namespace}");
    }

    private static SidecarDefaults Defaults(ClusterSight sight)
    {
        var version = OperatorChecks.VersionOf(sight) ?? sight.Version;
        return new DeploymentFacts(sight.Deployment.Value ?? []).Defaults(version);
    }

    private static Finding Wanted(InjectionDecision decision, PodView pod, IReadOnlyList<SeenMonitor> monitors, string namespaceName) => decision.Outcome switch
    {
        InjectionOutcome.NotSelected => CheckCodes.PodWanted.Warning(decision.Explanation ?? "no KafkaMonitor wants it", Hint(pod, monitors, namespaceName)),
        InjectionOutcome.Skipped => CheckCodes.PodWanted.Warning($"KafkaMonitor {decision.Monitor} wants it and it cannot have the sidecar ({decision.Reason}): {decision.Explanation}", SkipReasonText.Of(decision.Reason).Advice),
        _ => CheckCodes.PodWanted.Ok($"KafkaMonitor {decision.Monitor} wants it"),
    };

    private static string Hint(PodView pod, IReadOnlyList<SeenMonitor> monitors, string namespaceName)
    {
        if (pod.IsMirror)
            return "Monitor what makes connections to it, or run it as something else than a static pod.";
        var here = monitors.Where(m => m.Monitor.Namespace == namespaceName).Select(m => m.Monitor).ToList();
        if (here.Count == 0)
            return "There is no KafkaMonitor in its namespace: apply one there.";
        return here.Find(m => LabelMatcher.Matches(m.Spec.Selector, pod.Labels)) is null
            ? $"Its labels are {string.Join(", ", pod.Labels.Select(l => $"{l.Key}={l.Value}").Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}; the selector of {here[0].Name} asks for {Selector(here[0])}."
            : $"Write {WellKnownNames.InjectAnnotation}: enabled as an annotation on the pod template or the namespace, or set spec.injection: Selector.";
    }

    private static string Selector(MonitorCandidate monitor) => string.Join(", ",
        (monitor.Spec.Selector.MatchLabels ?? new Dictionary<string, string>()).Select(l => $"{l.Key}={l.Value}")
        .Concat((monitor.Spec.Selector.MatchExpressions ?? []).Select(r => $"{r.Key} {r.Operator} {string.Join('|', r.Values ?? [])}".TrimEnd())));

    private static Finding Carries(ClusterSight sight, PodSight seen, JsonObject pod, InjectionDecision decision)
    {
        var carried = InjectionStatus.Of(new PodView(pod));
        var restart = seen.Owner is { } owner ? $"kubectl -n {seen.Namespace} rollout restart {owner} (or delete the pod: its owner makes another one)" : "Nobody makes the pod anew: delete it and create it again.";
        if (carried is null)
        {
            return decision.Outcome == InjectionOutcome.Injected
                ? CheckCodes.PodCarries.Warning(Late(sight, pod, decision.Monitor!, seen.Namespace), restart)
                : CheckCodes.PodCarries.Ok("it carries no sidecar, as decided");
        }
        if (decision.Outcome is InjectionOutcome.NotSelected or InjectionOutcome.Skipped)
            return CheckCodes.PodCarries.Warning($"it carries the sidecar of KafkaMonitor {carried.Monitor}, which would not be injected today", "The sidecar relays on. " + restart);
        if (decision.Outcome == InjectionOutcome.Unchanged)
            return CheckCodes.PodCarries.Ok($"it carries the current sidecar of {decision.Monitor} (version {carried.Version})");
        return sight.Deployment.Value is null
            ? CheckCodes.PodCarries.Unknown($"it carries a sidecar of version {carried.Version}; whether that is current takes a look at the operator's Deployment")
            : CheckCodes.PodCarries.Warning($"it carries an outdated sidecar: of {carried.Monitor}, generation {carried.Generation}, version {carried.Version}", restart);
    }

    // Sidecars come when a pod is created, never later.
    private static string Late(ClusterSight sight, JsonObject pod, string monitor, string namespaceName)
    {
        var created = EntityType.RawMetadata(pod).CreationTimestamp;
        var since = (sight.Monitors.Value ?? []).FirstOrDefault(m => m.Monitor.Name == monitor && m.Monitor.Namespace == namespaceName)?.Created;
        if (created < since)
            return $"it was made {AgeText.Of(since.Value - created.Value)} before KafkaMonitor {monitor}, and sidecars come at creation only";
        return $"it would get the sidecar if it were made now: it was made {(created - since is { } after ? AgeText.Of(after) + " " : "")}after KafkaMonitor {monitor}, while the API server did not ask the injector, or before its labels or annotations were as they are";
    }

    private static IEnumerable<Finding> Asked(ClusterSight sight, PodSight seen, InjectionDecision decision)
    {
        if (decision.Monitor is not { } name)
            yield break;
        if (sight.InjectorRegistration is not { } registration)
        {
            yield return sight.Webhooks.Problem is { } problem
                ? CheckCodes.PodAsked.Unknown(problem)
                : CheckCodes.PodAsked.Error($"there is no MutatingWebhookConfiguration {WellKnownNames.WebhookConfigurationName}", "Look at KM301.");
        }
        else
        {
            var entries = WebhookChecks.EntriesOf(registration);
            var serving = entries.Find(e => Serves(e, name, seen.Namespace));
            yield return serving is not null
                ? CheckCodes.PodAsked.Ok($"through entry {PodView.Text(serving, "name")}")
                : CheckCodes.PodAsked.Error($"no webhook entry serves KafkaMonitor {name}: the API server does not ask", "The leader writes it within seconds: look at KM201 to KM203, and at its log.");
        }
        if (seen.Probe is { } probe)
            yield return WebhookChecks.Probe(probe);
    }

    private static bool Serves(JsonObject entry, string monitor, string namespaceName) =>
        PodView.Text(entry, "name") is { } name
        && (name == $"{monitor}.{namespaceName}.inject.{WellKnownNames.Group}" || name == $"{namespaceName}.inject-namespace.{WellKnownNames.Group}" || name == $"inject-all.{WellKnownNames.Group}");
}
