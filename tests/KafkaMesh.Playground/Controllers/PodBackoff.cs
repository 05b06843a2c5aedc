using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>The pause before a controller replaces pods that failed as a whole (phase Failed): it doubles with each failure, so that a pod that can never run
/// does not fill the cluster.</summary>
internal static class PodBackoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>What is left of the pause after the newest failure among a controller's pods, or null when the next pod may be made now.</summary>
    public static TimeSpan? Remaining(IEnumerable<JsonObject> pods, TimeSpan firstPause, TimeProvider time)
    {
        var failures = pods.Where(pod => pod.Text("status", "phase") == "Failed").Select(EndOf).ToList();
        if (failures.Count == 0) return null;
        var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, firstPause.Ticks << Math.Min(failures.Count - 1, 16)));
        var left = failures.Max() + pause - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>The end of the last container; for a pod that never had one its creation.</summary>
    private static DateTimeOffset EndOf(JsonObject pod) => pod.Objects("status", "containerStatuses").Select(c => PodFacts.Time(c.Text("state", "terminated", "finishedAt")))
        .Append(PodFacts.Time(pod.Text("metadata", "creationTimestamp"))).Max() ?? DateTimeOffset.MinValue;
}
