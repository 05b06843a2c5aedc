using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Binds every pending pod to the one node, unless its nodeSelector asks for another or it has scheduling gates.</summary>
internal sealed class Scheduler(IClusterClient client, string nodeName, EventRecorder events, TimeProvider time) : Controller(client, time)
{
    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [("v1", "Pod", pod => pod.Text("spec", "nodeName") is null && !pod.IsBeingDeleted() ? Itself(pod) : [])];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get("v1", "Pod", name.Namespace, name.Name) is not { } pod || pod.Text("spec", "nodeName") is not null || pod.IsBeingDeleted()) return;
        var node = Client.Get("v1", "Node", "", nodeName);
        var fits = node is not null && pod.Objects("spec", "schedulingGates").Count == 0 && LabelSelection.Selects(new JsonObject { ["matchLabels"] = pod.At("spec", "nodeSelector")?.DeepClone() }, node);
        if (!fits)
        {
            await MarkAsync(name, false, cancellationToken);
            if (node is not null) await events.RecordAsync(pod, "Warning", "FailedScheduling", "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector or the pod has scheduling gates.");
            EnqueueAfter(name, TimeSpan.FromSeconds(1), cancellationToken);
            return;
        }
        // The condition first: once bound, the status belongs to the node agent.
        await MarkAsync(name, true, cancellationToken);
        await Client.ModifyAsync("v1", "Pod", name.Namespace, name.Name, "", p =>
        {
            p["spec"]!["nodeName"] = nodeName;
            return true;
        }, cancellationToken);
        await events.RecordAsync(pod, "Normal", "Scheduled", $"Successfully assigned {name.Namespace}/{name.Name} to {nodeName}");
    }

    private Task MarkAsync(ObjectName name, bool scheduled, CancellationToken cancellationToken) => Client.ModifyAsync("v1", "Pod", name.Namespace, name.Name, "status", pod =>
    {
        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = scheduled ? "True" : "False" };
        if (!scheduled) condition["reason"] = "Unschedulable";
        ((JsonObject)(pod["status"] ??= new JsonObject())).SetCondition(condition, JsonAccess.Stamp(Time.GetUtcNow()));
        return true;
    }, cancellationToken);
}
