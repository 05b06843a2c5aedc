using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>All that is known about a monitor at one moment.</summary>
/// <param name="Monitor">The monitor.</param>
/// <param name="Invalid">Why it cannot be used; null when it can.</param>
/// <param name="Disabled">Why injection is switched off for the whole cluster, as the rest of a sentence; null while it is on.</param>
/// <param name="Registration">Whether the API server calls the webhook for its pods.</param>
/// <param name="Pods">Its pods.</param>
/// <param name="Rollout">How the replacement of its pods stands.</param>
/// <param name="CurrentHash">Configuration hash that an up-to-date sidecar carries.</param>
/// <param name="Reporting">Uids of the pods whose sidecar answered the last collection.</param>
/// <param name="Ledger">Its figures.</param>
/// <param name="Now">The time.</param>
internal sealed record MonitorObservation(
    MonitorCandidate Monitor,
    string? Invalid,
    string? Disabled,
    RegistrationState Registration,
    PodCensus Pods,
    RolloutState Rollout,
    string CurrentHash,
    IReadOnlySet<string> Reporting,
    StatsLedger Ledger,
    DateTimeOffset Now)
{
    /// <summary>Why the totals cannot be stored; null when they can.</summary>
    public string? LedgerProblem { get; init; }

    /// <summary>The Pod Security level that keeps the init container out of its namespace now; null when none does.</summary>
    public EnforcedLevel? PodSecurity { get; init; }

    /// <summary>Running pods with a sidecar that did not answer.</summary>
    public IReadOnlyList<MonitoredPod> Unreachable { get; } =
        [.. Pods.Injected.Where(p => p.Status?.Phase == "Running" && p.Metadata.DeletionTimestamp is null && !Reporting.Contains(p.Uid))];

    /// <summary>Pods whose sidecar was made from another configuration.</summary>
    public int Outdated { get; } = Pods.Injected.Count(p => p.Injection?.Hash != CurrentHash);

    /// <summary>Pods that reported and are still there.</summary>
    public int ReportingCount { get; } = Pods.Injected.Count(p => Reporting.Contains(p.Uid));
}
