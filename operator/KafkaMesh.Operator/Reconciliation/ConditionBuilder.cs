using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Derives the four conditions of a monitor from what was observed.</summary>
internal static class ConditionBuilder
{
    /// <summary>Reason of Degraded while the ledger cannot be stored.</summary>
    public const string TotalsNotKept = "TotalsNotKept";

    /// <summary>Ready, Progressing, Degraded and Conflict; a condition whose status did not change keeps its transition time.</summary>
    public static IReadOnlyList<MonitorCondition> Build(MonitorObservation seen, IReadOnlyList<MonitorCondition>? previous)
    {
        return [Make("Ready", Ready(seen)), Make("Progressing", Progressing(seen)), Make("Degraded", Degraded(seen)), Make("Conflict", Conflict(seen))];

        MonitorCondition Make(string type, Verdict verdict)
        {
            var status = verdict.Holds ? "True" : "False";
            var before = previous?.FirstOrDefault(c => c.Type == type);
            return new MonitorCondition
            {
                Type = type,
                Status = status,
                Reason = verdict.Reason,
                Message = verdict.Message,
                ObservedGeneration = seen.Monitor.Generation,
                LastTransitionTime = before?.Status == status ? before.LastTransitionTime : Rfc3339Converter.Format(seen.Now),
            };
        }
    }

    // Whether the figures can be trusted: somebody reports, and nobody who should is missing from the sums.
    private static Verdict Ready(MonitorObservation seen)
    {
        if (seen.Invalid is not null)
            return new Verdict(Holds: false, "InvalidSpec", seen.Invalid);
        if (seen.Pods.Injected.Count == 0)
            return new Verdict(Holds: false, "NoSidecars", "No running pod carries the sidecar of this monitor.");
        if (seen.ReportingCount == 0)
            return new Verdict(Holds: false, "NoReports", Plural.Form(seen.Pods.Injected.Count, "The sidecar has not reported yet.", $"None of {seen.Pods.Injected.Count} sidecars has reported yet."));
        return seen.Unreachable.Count > 0
            ? new Verdict(Holds: false, "SidecarsUnreachable", $"{seen.Unreachable.Count} of {Plural.Of(seen.Pods.Injected.Count, "sidecar")} {Plural.Form(seen.Unreachable.Count, "does not answer; its figures are those of its", "do not answer; their figures are those of their")} last report.")
            : new Verdict(Holds: true, "Reporting", $"{seen.ReportingCount} of {Plural.Of(seen.Pods.Injected.Count, "sidecar")} {Plural.Form(seen.ReportingCount, "reports", "report")}.");
    }

    private static Verdict Progressing(MonitorObservation seen)
    {
        if (seen.Invalid is null && seen.Disabled is not null)
            return new Verdict(Holds: false, "InjectionDisabled", $"{Sentence(seen.Disabled)} Pods that start now get no sidecar, and none is replaced.");
        if (seen.Invalid is null && seen.Registration is RegistrationState.Missing or RegistrationState.Settling)
            return new Verdict(Holds: true, "Registering", "The webhook's entry for this monitor is missing, not as it should be, or too new for every API server to know it; pods that start now may get no sidecar.");
        if (seen.Rollout.Phase != RolloutPhase.Idle)
            return new Verdict(Holds: true, $"Rollout{seen.Rollout.Phase}", seen.Rollout.Detail);
        if (seen.Pods.Missing.Count > 0)
            return new Verdict(Holds: true, "PodsWithoutSidecar", $"{Plural.Named(seen.Pods.Missing.Count, "pod", seen.Pods.Missing[0].Name)} started without this monitor's sidecar; restart {Plural.Form(seen.Pods.Missing.Count, "it to monitor it", "them to monitor them")}.");
        return seen.Outdated > 0
            ? new Verdict(Holds: true, "PodsOutdated", $"{Plural.Of(seen.Outdated, "pod carries", "pods carry")} a sidecar of an older configuration until {Plural.Form(seen.Outdated, "it is", "they are")} restarted.")
            : new Verdict(Holds: false, "UpToDate", "Every selected pod carries a current sidecar or a reason why not.");
    }

    private static Verdict Degraded(MonitorObservation seen)
    {
        if (seen.Invalid is not null)
            return new Verdict(Holds: true, "InvalidSpec", seen.Invalid);
        if (seen.Disabled is not null)
            return new Verdict(Holds: true, "InjectionDisabled", $"{Sentence(seen.Disabled)} Sidecars that run relay and report on.");
        if (seen.LedgerProblem is { } problem)
            return new Verdict(Holds: true, TotalsNotKept, $"The totals are not kept: ConfigMap {LedgerStore.NameOf(seen.Monitor.Name)} cannot be written ({problem}). What pods that are gone had counted is lost when another replica of the operator leads.");
        if (seen.Unreachable.Count > 0)
            return new Verdict(Holds: true, "SidecarsUnreachable", Plural.Form(seen.Unreachable.Count, $"The sidecar of {seen.Unreachable[0].Name} does not answer.", $"{seen.Unreachable.Count} sidecars do not answer, such as that of {seen.Unreachable[0].Name}."));
        if (seen.Registration == RegistrationState.FailurePolicyIgnored)
            return new Verdict(Holds: true, "FailurePolicyIgnored", $"Only {EntryScopes.MaxMonitors} monitors can have failurePolicy Fail; pods of this one start without the sidecar while the webhook is away.");
        var unwanted = seen.Pods.Skipped.Where(p => p.SkippedFor is not (SkipReason.OptedOut or SkipReason.Disabled)).ToList();
        return unwanted.Count > 0
            ? new Verdict(Holds: true, "PodsSkipped", $"{Plural.Named(unwanted.Count, "selected pod", unwanted[0].Name)} could not be injected ({unwanted[0].SkippedFor}).{WhyByPodSecurity(unwanted[0], seen)}")
            : new Verdict(Holds: false, "AsExpected", "Nothing stands in the way.");
    }

    // The label on pods tells the reason alone; whether the namespace or the cluster says so is worth a sentence.
    private static string WhyByPodSecurity(MonitoredPod pod, MonitorObservation seen) =>
        pod.SkippedFor == SkipReason.PodSecurity && seen.PodSecurity is { } level ? " " + SkipReasonText.Of(pod.SkippedFor, level).Meaning : "";

    private static Verdict Conflict(MonitorObservation seen)
    {
        if (seen.Pods.TakenByOthers.Count == 0)
            return new Verdict(Holds: false, "NoConflict", "No other monitor serves pods of this one.");
        var (pod, winner) = seen.Pods.TakenByOthers[0];
        return new Verdict(Holds: true, "PodsTaken", $"{Plural.Named(seen.Pods.TakenByOthers.Count, "selected pod", pod.Name)} {Plural.Form(seen.Pods.TakenByOthers.Count, "belongs", "belong")} to the older monitor {winner}.");
    }

    private static string Sentence(string rest) => $"{char.ToUpperInvariant(rest[0])}{rest[1..]}.";

    private readonly record struct Verdict(bool Holds, string Reason, string Message);
}
