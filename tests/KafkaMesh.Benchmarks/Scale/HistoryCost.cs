using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>What the dashboard's hour takes: the history of every monitor, filled with an hour of rounds.</summary>
internal static class HistoryCost
{
    // Sidecars whose latencies differ: more of them fill no other buckets.
    private const int Sidecars = 16;

    /// <summary>Bytes of all histories.</summary>
    /// <param name="monitors">How many monitors.</param>
    /// <param name="interval">Time between two rounds.</param>
    public static long Measure(int monitors, TimeSpan interval)
    {
        var rounds = Rounds(interval);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var histories = Enumerable.Range(0, monitors).Select(_ => new MonitorHistory()).ToArray();
        foreach (var history in histories)
        {
            foreach (var round in rounds)
                history.Take(round, monitors);
        }
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(histories);
        GC.KeepAlive(rounds);
        return bytes;
    }

    private static List<CollectionRound> Rounds(TimeSpan interval)
    {
        var ledger = new StatsLedger { Interval = interval };
        var sidecars = Enumerable.Range(0, Sidecars).Select(i => new SimulatedSidecar(i)).ToList();
        var monitor = new MonitorCandidate("team", "orders", 1, "", new KafkaMonitorSpec());
        var metadata = new V1ObjectMeta { Name = monitor.Name, NamespaceProperty = monitor.Namespace, Uid = "u" };
        var rounds = new List<CollectionRound>();
        for (var time = TimeSpan.Zero; time < MonitorHistory.Length; time += interval)
        {
            for (var i = 0; i < sidecars.Count; i++)
            {
                if (ledger.Record($"pod-{i}", sidecars[i].Next(isFrozen: false)) is { } refusal)
                    throw new InvalidOperationException(refusal);
            }
            var reporting = ledger.Living.Select(sidecar => sidecar.PodUid).ToHashSet(StringComparer.Ordinal);
            var seen = new MonitorObservation(
                monitor, null, null, RegistrationState.Registered, PodCensus.Empty, RolloutState.Idle, "", reporting, ledger, DateTimeOffset.UnixEpoch + time);
            rounds.Add(CollectionRound.Of(metadata, seen, new KafkaMonitorStatus(), [], isCollection: true));
        }
        return rounds;
    }
}
