using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Stats;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Reads the sidecars of one monitor into its ledger.</summary>
internal sealed class MonitorCollection(StatsCollector collector, OperatorMetrics metrics, TimeProvider time, ILogger log)
{
    // After its first silence a sidecar is asked again as usual, then less and less often until this is between two tries.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(90);

    /// <summary>Reads all injected pods, save those that have been silent and are not due; afterwards <see cref="MonitorRuntime.Reporting"/> holds those that answered.</summary>
    public async Task CollectAsync(MonitorRuntime runtime, IReadOnlyList<MonitoredPod> pods, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await FetchAsync(runtime, [.. pods.Where(p => p.IsDraining || IsDue(runtime, p))], cancellationToken);
        var present = pods.Select(p => p.Uid).ToHashSet();
        runtime.Reporting.IntersectWith(present);
        foreach (var gone in runtime.Silent.Keys.Where(uid => !present.Contains(uid)).ToList())
            runtime.Silent.Remove(gone);
        metrics.CollectDuration.Observe(time.GetElapsedTime(start));
    }

    /// <summary>Reads the pods that are about to go and whose final report is not known yet.</summary>
    /// <returns>True when a final report came: it should be shown at once.</returns>
    public async Task<bool> CollectDrainingAsync(MonitorRuntime runtime, IEnumerable<MonitoredPod> pods, CancellationToken cancellationToken)
    {
        var finished = runtime.Finished.Count;
        await FetchAsync(runtime, [.. pods.Where(p => p.IsDraining)], cancellationToken);
        return runtime.Finished.Count > finished;
    }

    private async Task FetchAsync(MonitorRuntime runtime, IReadOnlyList<MonitoredPod> pods, CancellationToken cancellationToken)
    {
        var reachable = pods.Where(p => p is { Status.PodIP.Length: > 0, Injection: not null } && !runtime.Finished.Contains(p.Uid)).ToList();
        var taking = new Lock();
        await Task.WhenAll(reachable.Select(ReadAsync));

        // Each is taken as it comes and let go: the reports of all pods of a monitor are never in memory together.
        async Task ReadAsync(MonitoredPod pod)
        {
            var result = await collector.FetchAsync(pod.Status!.PodIP!, pod.Injection!.Ports.Admin, pod.Uid, pod.IsDraining, LaneOf(runtime, pod), cancellationToken);
            lock (taking)
                Take(runtime, pod, result);
        }
    }

    private static CollectLane LaneOf(MonitorRuntime runtime, MonitoredPod pod)
    {
        if (runtime.Silent.ContainsKey(pod.Uid))
            return CollectLane.Doubtful;
        if (pod.IsDraining)
            return CollectLane.Draining;
        return runtime.Reporting.Contains(pod.Uid) ? CollectLane.Answering : CollectLane.Doubtful;
    }

    private bool IsDue(MonitorRuntime runtime, MonitoredPod pod) =>
        !runtime.Silent.TryGetValue(pod.Uid, out var silence) || time.GetElapsedTime(silence.Since) >= silence.Pause;

    // What fell silent together is not asked together for ever: half of the pause is by chance.
    private Silence After(Silence? before, TimeSpan interval)
    {
        var count = (before?.Count ?? 0) + 1;
        var pause = interval * (Math.Pow(2, Math.Min(count - 1, 20)) - 1);
        return new Silence(count, time.GetTimestamp(), (pause < LongestPause ? pause : LongestPause) * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private void Take(MonitorRuntime runtime, MonitoredPod pod, CollectResult result)
    {
        var problem = result.Message;
        if (result.Report is { } report)
        {
            problem = runtime.Ledger.Record(pod.Uid, report);
            if (problem is null)
            {
                runtime.Reporting.Add(pod.Uid);
                runtime.Silent.Remove(pod.Uid);
                if (report.Final)
                    runtime.Finished.Add(pod.Uid);
                return;
            }
        }
        var wasReporting = runtime.Reporting.Remove(pod.Uid);

        // A pod that starts or ends is expected to be silent for a moment, but not to say what cannot be used.
        if (result.IsSilence && pod.Status?.Phase != "Running")
            return;
        if (result.IsSilence)
            runtime.Silent[pod.Uid] = After(runtime.Silent.GetValueOrDefault(pod.Uid), runtime.Ledger.Interval);
        if (result.IsSilence && pod.IsDraining)
            return;
        metrics.CollectFailures.Increment(result.Reason ?? CollectResult.Rejected);
        if (wasReporting || !result.IsSilence)
            log.Warning("sidecar of {Namespace}/{Pod} does not report: {Problem}", pod.Metadata.NamespaceProperty, pod.Name, problem);
    }
}
