using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>Makes rounds as the controller hands them over, from a real ledger.</summary>
internal sealed class Rounds
{
    private readonly List<MonitoredPod> _pods = [];

    /// <summary>The ledger that reports go to.</summary>
    public StatsLedger Ledger { get; } = new();

    /// <summary>The time of the next round.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Uid of the monitor.</summary>
    public string Uid { get; init; } = "u";

    /// <summary>Adds a pod, which may belong to something.</summary>
    public void AddPod(string uid, string? ownerKind = null, string? ownerName = null, string? templateHash = null) => _pods.Add(new MonitoredPod
    {
        Metadata = new V1ObjectMeta
        {
            Uid = uid,
            Name = "pod-" + uid,
            NamespaceProperty = "shop",
            Labels = templateHash is null ? null : new Dictionary<string, string> { ["pod-template-hash"] = templateHash },
            OwnerReferences = ownerKind is null ? null : [new V1OwnerReference { Kind = ownerKind, Name = ownerName, Controller = true }],
        },
        Status = new MonitoredPodStatus { Phase = "Running", PodIP = "10.0.0.1" },
    });

    /// <summary>Takes a report.</summary>
    public void Report(string uid, StatsReport report) => Assert.Null(Ledger.Record(uid, report));

    /// <summary>A round in which all known sidecars answered.</summary>
    public CollectionRound Next(bool isCollection = true, params string[] silent)
    {
        var monitor = new MonitorCandidate("shop", "orders", 1, "", new KafkaMonitorSpec { Report = new ReportSpec { IntervalSeconds = 15 } });
        var census = PodCensus.Empty with { Injected = [.. _pods] };
        var reporting = Ledger.Living.Select(e => e.PodUid).Except(silent).ToHashSet();
        var seen = new MonitorObservation(monitor, null, null, RegistrationState.Registered, census, RolloutState.Idle, "", reporting, Ledger, Now);
        var round = CollectionRound.Of(new V1ObjectMeta { Name = "orders", NamespaceProperty = "shop", Uid = Uid }, seen, StatusBuilder.Build(seen, previous: null), _pods, isCollection);
        Now += TimeSpan.FromSeconds(15);
        return round;
    }
}
