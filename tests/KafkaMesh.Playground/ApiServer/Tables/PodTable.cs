using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>The table of pods: readiness and status are summed up over containers as a real server does.</summary>
internal static class PodTable
{
    /// <summary>The layout.</summary>
    public static readonly TableLayout Layout = new(
        [
            TableLayout.Name,
            new("Ready", "string", "Ready containers of all."),
            new("Status", "string", "The status of the containers in one word."),
            new("Restarts", "string", "How often containers were restarted, and how long ago the last time."),
            TableLayout.Age,
            new("IP", "string", "Address of the pod.", 1),
            new("Node", "string", "Node that runs the pod.", 1),
            new("Nominated Node", "string", "Node on which room is being made for the pod.", 1),
            new("Readiness Gates", "string", "Readiness gates that hold, of all.", 1),
        ],
        Cells);

    private static IReadOnlyList<JsonNode?> Cells(JsonObject pod, DateTimeOffset now)
    {
        var summary = Summarize(pod, now);
        var spec = pod["spec"] as JsonObject ?? [];
        var status = pod["status"] as JsonObject ?? [];
        return
        [
            TableLayout.NameOf(pod), $"{summary.Ready}/{summary.Total}", summary.Reason, RestartText(summary, now), TableLayout.AgeOf(pod, now),
            OrNone(status["podIP"]), OrNone(spec["nodeName"]), OrNone(status["nominatedNodeName"]), Gates(spec, status),
        ];
    }

    private static Summary Summarize(JsonObject pod, DateTimeOffset now)
    {
        var status = pod["status"] as JsonObject ?? [];
        var inits = (pod["spec"]?["initContainers"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var summary = new Summary
        {
            Total = (pod["spec"]?["containers"] as JsonArray ?? []).Count + inits.Count(IsSidecar),
            Reason = status["reason"]?.ToString() is { Length: > 0 } reason ? reason : status["phase"]?.ToString() ?? "",
        };
        var scheduled = Conditions(status).FirstOrDefault(c => c["type"]?.ToString() == "PodScheduled");
        if (scheduled?["reason"]?.ToString() == "SchedulingGated")
        {
            summary.Reason = "SchedulingGated";
        }

        var initializing = SummarizeInits(summary, inits, status);
        if (!initializing || Conditions(status).Any(c => c["type"]?.ToString() == "Initialized" && c["status"]?.ToString() == "True"))
        {
            SummarizeContainers(summary, status);
        }

        if (pod["metadata"]?["deletionTimestamp"] is not null)
        {
            summary.Reason = status["reason"]?.ToString() == "NodeLost" ? "Unknown" : status["phase"]?.ToString() is "Failed" or "Succeeded" ? summary.Reason : "Terminating";
        }

        return summary;
    }

    /// <summary>Looks at init containers in order; true when one of them still has to end or start.</summary>
    private static bool SummarizeInits(Summary summary, List<JsonObject> inits, JsonObject status)
    {
        var statuses = (status["initContainerStatuses"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        for (var i = 0; i < statuses.Count; i++)
        {
            var container = statuses[i];
            var sidecar = inits.Any(s => s["name"]?.ToString() == container["name"]?.ToString() && IsSidecar(s));
            summary.InitRestarts += Number(container["restartCount"]);
            summary.SidecarRestarts += sidecar ? Number(container["restartCount"]) : 0;
            summary.Note(container, sidecar);
            var state = container["state"] as JsonObject ?? [];
            if (state["terminated"] is JsonObject ended && Number(ended["exitCode"]) == 0)
            {
                continue;
            }

            if (sidecar && container["started"]?.GetValue<bool>() == true)
            {
                summary.Ready += container["ready"]?.GetValue<bool>() == true ? 1 : 0;
                continue;
            }

            summary.Reason = InitReason(state, i, inits.Count);
            return true;
        }

        return false;
    }

    private static string InitReason(JsonObject state, int index, int count)
    {
        if (state["terminated"] is JsonObject ended)
        {
            return ended["reason"]?.ToString() is { Length: > 0 } reason
                ? $"Init:{reason}"
                : Number(ended["signal"]) != 0 ? $"Init:Signal:{Number(ended["signal"])}" : $"Init:ExitCode:{Number(ended["exitCode"])}";
        }

        var waiting = state["waiting"]?["reason"]?.ToString() ?? "";
        return waiting is "" or "PodInitializing" ? $"Init:{index}/{count}" : $"Init:{waiting}";
    }

    private static void SummarizeContainers(Summary summary, JsonObject status)
    {
        var hasRunning = false;
        foreach (var container in (status["containerStatuses"] as JsonArray ?? []).OfType<JsonObject>().Reverse())
        {
            summary.Restarts += Number(container["restartCount"]);
            summary.Note(container, always: true);
            var state = container["state"] as JsonObject ?? [];
            if (state["waiting"]?["reason"]?.ToString() is { Length: > 0 } waiting)
            {
                summary.Reason = waiting;
            }
            else if (state["terminated"] is JsonObject ended)
            {
                summary.Reason = ended["reason"]?.ToString() is { Length: > 0 } reason
                    ? reason
                    : Number(ended["signal"]) != 0 ? $"Signal:{Number(ended["signal"])}" : $"ExitCode:{Number(ended["exitCode"])}";
            }
            else if (container["ready"]?.GetValue<bool>() == true && state["running"] is not null)
            {
                hasRunning = true;
                summary.Ready++;
            }
        }

        if (summary.Reason == "Completed" && hasRunning)
        {
            var ready = Conditions(status).Any(c => c["type"]?.ToString() == "Ready" && c["status"]?.ToString() == "True");
            summary.Reason = ready ? "Running" : "NotReady";
        }
    }

    private static string RestartText(Summary summary, DateTimeOffset now)
    {
        var count = summary.Restarts + summary.SidecarRestarts;
        if (count == 0 && summary.Reason.StartsWith("Init:", StringComparison.Ordinal))
        {
            count = summary.InitRestarts;
        }

        return count > 0 && summary.LastRestart is { } last
            ? $"{count} ({HumanDuration.Text(now - last)} ago)"
            : count.ToString(CultureInfo.InvariantCulture);
    }

    private static string Gates(JsonObject spec, JsonObject status)
    {
        var gates = (spec["readinessGates"] as JsonArray ?? []).Select(g => g?["conditionType"]?.ToString()).ToList();
        var held = gates.Count(gate => Conditions(status).Any(c => c["type"]?.ToString() == gate && c["status"]?.ToString() == "True"));
        return gates.Count == 0 ? "<none>" : $"{held}/{gates.Count}";
    }

    private static IEnumerable<JsonObject> Conditions(JsonObject status) => (status["conditions"] as JsonArray ?? []).OfType<JsonObject>();

    private static bool IsSidecar(JsonObject init) => init["restartPolicy"]?.ToString() == "Always";

    private static string OrNone(JsonNode? value) => value?.ToString() is { Length: > 0 } text ? text : "<none>";

    private static long Number(JsonNode? node) => JsonNumber.ReadInteger(node) ?? 0;

    private sealed class Summary
    {
        public int Ready { get; set; }

        public int Total { get; init; }

        public required string Reason { get; set; }

        public long Restarts { get; set; }

        public long SidecarRestarts { get; set; }

        public long InitRestarts { get; set; }

        public DateTimeOffset? LastRestart { get; private set; }

        /// <summary>Remembers when a container ended the last time; <paramref name="always"/>: also counts for the pod's own restarts.</summary>
        public void Note(JsonObject container, bool always)
        {
            if (!always)
            {
                return;
            }

            var finished = container["lastState"]?["terminated"]?["finishedAt"]?.ToString();
            if (DateTimeOffset.TryParse(finished, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && (LastRestart is null || time > LastRestart))
            {
                LastRestart = time;
            }
        }
    }
}
