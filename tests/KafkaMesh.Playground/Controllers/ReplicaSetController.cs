using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Keeps as many pods as a ReplicaSet asks for; pods that failed as a whole are replaced with a growing pause.</summary>
/// <param name="client">The API.</param>
/// <param name="events">Where its events go.</param>
/// <param name="firstPause">The pause after the first failed pod; it doubles with each.</param>
/// <param name="time">The clock.</param>
internal sealed class ReplicaSetController(IClusterClient client, EventRecorder events, TimeSpan firstPause, TimeProvider time) : Controller(client, time)
{
    private const string ApiVersion = "apps/v1";

    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [(ApiVersion, "ReplicaSet", Itself), ("v1", "Pod", pod => Owner(pod, "ReplicaSet"))];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get(ApiVersion, "ReplicaSet", name.Namespace, name.Name) is not { } set || set.IsBeingDeleted()) return;
        var all = Client.List("v1", "Pod", name.Namespace).Where(p => p.IsControlledBy(set.Uid()) && !p.IsBeingDeleted()).ToList();
        var pods = all.Where(p => !p.IsFinished()).ToList();
        var wanted = (int)(set.Number("spec", "replicas") ?? 1);
        if (wanted > pods.Count && PodBackoff.Remaining(all, firstPause, Time) is { } pause) EnqueueAfter(name, pause, cancellationToken);
        else for (var missing = wanted - pods.Count; missing > 0; missing--) await CreateAsync(set, cancellationToken);
        // The least useful go first: not scheduled, not ready, youngest.
        foreach (var surplus in pods.OrderBy(p => p.IsReady()).ThenByDescending(p => p.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).Take(Math.Max(0, pods.Count - wanted)))
        {
            await Client.DeleteAsync("v1", "Pod", name.Namespace, surplus.Name(), new DeleteRequest { PreconditionUid = surplus.Uid() }, cancellationToken);
            await events.RecordAsync(set, "Normal", "SuccessfulDelete", $"Deleted pod: {surplus.Name()}");
        }
        await WriteStatusAsync(set, cancellationToken);
    }

    private async Task CreateAsync(JsonObject set, CancellationToken cancellationToken)
    {
        try
        {
            var pod = await Client.CreateAsync(PodFacts.FromTemplate(set, set.At("spec", "template")!), cancellationToken);
            await events.RecordAsync(set, "Normal", "SuccessfulCreate", $"Created pod: {pod.Name()}");
        }
        catch (ApiException e)
        {
            await events.RecordAsync(set, "Warning", "FailedCreate", $"Error creating: {e.Message}");
            throw;
        }
    }

    private Task WriteStatusAsync(JsonObject set, CancellationToken cancellationToken)
    {
        var pods = Client.List("v1", "Pod", set.Namespace()).Where(p => p.IsControlledBy(set.Uid()) && !p.IsFinished() && !p.IsBeingDeleted()).ToList();
        var ready = pods.Count(p => p.IsReady());
        return Client.ModifyAsync(ApiVersion, "ReplicaSet", set.Namespace(), set.Name(), "status", current =>
        {
            var status = new JsonObject { ["replicas"] = pods.Count };
            if (pods.Count > 0) status["fullyLabeledReplicas"] = pods.Count;
            if (ready > 0) (status["readyReplicas"], status["availableReplicas"]) = (ready, ready);
            status["observedGeneration"] = set.Number("metadata", "generation") ?? 1;
            if (current.At("status") is { } before && JsonNode.DeepEquals(before, status)) return false;
            current["status"] = status;
            return true;
        }, cancellationToken);
    }
}
