using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Writes a pod's status from the state of its containers, as a kubelet does: phase, conditions, container statuses, addresses.</summary>
internal static class PodStatusBuilder
{
    /// <summary>Changes <paramref name="status"/> to what is true now; condition times move only when a condition turns.</summary>
    public static void Update(JsonObject status, JsonObject pod, PodSnapshot now, DateTimeOffset time)
    {
        var stamp = JsonAccess.Stamp(time);
        status["phase"] = now.Phase;
        if (now.Reason is not null) status["reason"] = now.Reason;
        if (now.Message is not null) status["message"] = now.Message;
        status["startTime"] ??= stamp;
        status["observedGeneration"] = pod.Number("metadata", "generation") ?? 1;
        if (now.Network is { } network) SetAddresses(status, network);
        SetContainerStatuses(status, now);
        SetConditions(status, pod, now, stamp);
        status["qosClass"] ??= PodStatusInit.QosClass(pod.At("spec") as JsonObject);
    }

    private static void SetAddresses(JsonObject status, PodNetwork network)
    {
        status["hostIP"] = NodeNetwork.NodeAddress.ToString();
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = NodeNetwork.NodeAddress.ToString() });
        status["podIP"] = network.Address.ToString();
        var all = new JsonArray(new JsonObject { ["ip"] = network.Address.ToString() });
        if (network.AddressV6 is { } v6) all.Add(new JsonObject { ["ip"] = v6.ToString() });
        status["podIPs"] = all;
    }

    private static void SetContainerStatuses(JsonObject status, PodSnapshot now)
    {
        var init = now.Containers.Where(c => c.Role != ContainerRole.App).ToList();
        if (init.Count > 0) status["initContainerStatuses"] = new JsonArray([.. init.Select(c => c.Status.ToJson())]);
        status["containerStatuses"] = new JsonArray([.. now.Containers.Where(c => c.Role == ContainerRole.App).Select(c => c.Status.ToJson())]);
    }

    private static void SetConditions(JsonObject status, JsonObject pod, PodSnapshot now, string stamp)
    {
        var previous = status.Objects("conditions").ToDictionary(c => c.Text("type") ?? "");
        var finished = now.Phase is "Succeeded" or "Failed";
        var unready = now.Containers.Where(c => c.Role != ContainerRole.Init && !c.Status.IsReady).Select(c => c.Status.Name).ToList();
        var waitingInit = now.Containers.Where(c => c.Role != ContainerRole.App && !now.Initialized && !c.Status.IsReady).Select(c => c.Status.Name).ToList();
        var completed = now.Phase == "Succeeded" ? "PodCompleted" : null;
        var notReady = unready.Count == 0 ? null : finished ? completed ?? "PodFailed" : "ContainersNotReady";
        var message = notReady == "ContainersNotReady" ? $"containers with unready status: [{string.Join(' ', unready)}]" : null;
        var gates = pod.Objects("spec", "readinessGates").Select(g => g.Text("conditionType") ?? "").ToList();
        var shut = gates.FirstOrDefault(gate => !previous.TryGetValue(gate, out var c) || c.Text("status") != "True");
        var generation = pod.Number("metadata", "generation") ?? 1;

        JsonObject Condition(string type, bool value, string? reason = null, string? text = null)
        {
            var condition = new JsonObject { ["type"] = type, ["observedGeneration"] = generation, ["status"] = value ? "True" : "False", ["lastProbeTime"] = null };
            var before = previous.GetValueOrDefault(type);
            condition["lastTransitionTime"] = before.Text("status") == condition.Text("status") ? before.Text("lastTransitionTime") : stamp;
            if (reason is not null) condition["reason"] = reason;
            if (text is not null) condition["message"] = text;
            return condition;
        }

        var own = new List<JsonObject>
        {
            Condition("PodReadyToStartContainers", now.Network is not null && !finished),
            Condition("Initialized", now.Initialized, now.Initialized ? completed : "ContainersNotInitialized",
                now.Initialized ? null : $"containers with incomplete status: [{string.Join(' ', waitingInit)}]"),
            Condition("Ready", notReady is null && shut is null, notReady ?? (shut is null ? null : "ReadinessGatesNotReady"),
                message ?? (shut is null ? null : $"the status of pod readiness gate \"{shut}\" is not \"True\", but False")),
            Condition("ContainersReady", notReady is null, notReady, message),
            Condition("PodScheduled", true),
        };
        var names = own.Select(c => c.Text("type")).ToHashSet();
        status["conditions"] = new JsonArray([.. own, .. previous.Values.Where(c => !names.Contains(c.Text("type"))).Select(c => c.DeepClone())]);
    }
}
