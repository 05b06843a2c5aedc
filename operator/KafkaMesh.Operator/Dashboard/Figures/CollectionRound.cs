using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>What the controller knew of a monitor when it made its status: immutable, and from the same ledger as the status.</summary>
internal sealed record CollectionRound
{
    /// <summary>Namespace and name of the monitor.</summary>
    public required NamespacedName Key { get; init; }

    /// <summary>Uid of the monitor: one of the same name made anew is another.</summary>
    public required string? Uid { get; init; }

    /// <summary>When the monitor was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The monitor.</summary>
    public required MonitorCandidate Monitor { get; init; }

    /// <summary>The status as it was made in this round, whether it was worth a write or not.</summary>
    public required KafkaMonitorStatus Status { get; init; }

    /// <summary>Its pods by state, without terminated ones.</summary>
    public required PodCensus Census { get; init; }

    /// <summary>The Pod Security level that keeps the init container out of its namespace; null when none does.</summary>
    public EnforcedLevel? PodSecurity { get; init; }

    /// <summary>Terminated pods that carried its sidecar.</summary>
    public required IReadOnlyList<MonitoredPod> Ended { get; init; }

    /// <summary>Configuration hash that an up-to-date sidecar carries.</summary>
    public required string CurrentHash { get; init; }

    /// <summary>The living sidecars. Packed: unpack one at a time.</summary>
    public required IReadOnlyList<SidecarRecord> Sidecars { get; init; }

    /// <summary>Sums of gone sidecars.</summary>
    public required StatsReport Gone { get; init; }

    /// <summary>What APIs have counted since the round before.</summary>
    public required PackedReport Counted { get; init; }

    /// <summary>Uids of the pods whose sidecar answered the last collection.</summary>
    public required IReadOnlySet<string> Reporting { get; init; }

    /// <summary>All pods were read just now; false when only draining ones were, or the spec is new.</summary>
    public required bool IsCollection { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How often the monitor is collected.</summary>
    public int IntervalSeconds => Math.Clamp(Monitor.Spec.Report?.IntervalSeconds ?? new ReportSpec().IntervalSeconds, 1, 300);

    /// <summary>Copies what the controller goes on changing; the reports themselves never change.</summary>
    /// <param name="metadata">Metadata of the monitor.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="status">The status that was made from it.</param>
    /// <param name="pods">All pods that the selector matches.</param>
    /// <param name="isCollection">All pods were read just now.</param>
    public static CollectionRound Of(
        V1ObjectMeta metadata, MonitorObservation seen, KafkaMonitorStatus status, IReadOnlyCollection<MonitoredPod> pods, bool isCollection) => new()
        {
            Key = new NamespacedName(metadata.NamespaceProperty, metadata.Name!),
            Uid = metadata.Uid,
            Created = metadata.CreationTimestamp ?? seen.Now,
            Monitor = seen.Monitor,
            Status = status,
            Census = seen.Pods,
            PodSecurity = seen.PodSecurity,
            Ended = [.. pods.Where(p => p.IsTerminal && p.InjectedBy == seen.Monitor.Name)],
            CurrentHash = seen.CurrentHash,
            Sidecars = [.. seen.Ledger.Living],
            Gone = seen.Ledger.Gone,
            Counted = PackedReport.Of(new StatsReport { Apis = seen.Ledger.TakeCounted() }, like: null),
            Reporting = seen.Reporting.ToHashSet(StringComparer.Ordinal),
            IsCollection = isCollection,
            Time = seen.Now,
        };
}
