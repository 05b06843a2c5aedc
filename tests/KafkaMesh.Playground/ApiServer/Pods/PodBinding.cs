using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>The binding subresource of pods: assigns a pod to a node, once.</summary>
internal sealed class PodBinding(ObjectStore store, TimeProvider time)
{
    private const int MaxTries = 8;

    /// <summary>Binds the pod; the Binding's target names the node. A dry run only finds out whether it could be bound.</summary>
    /// <exception cref="ApiException">404 for an unknown pod, 409 for a pod that has a node, 422 without a target.</exception>
    public void Bind(ResourceKind pods, string @namespace, string name, JsonObject binding, bool dryRun)
    {
        var node = binding["target"]?["name"]?.ToString() ?? "";
        if (node.Length == 0)
        {
            throw ApiErrors.Invalid("", "Binding", "Binding", name, [new StatusCause("FieldValueRequired", "Required value", "target.name")]);
        }

        var key = new ObjectKey(pods.Storage, @namespace, name);
        for (var attempt = 1; ; attempt++)
        {
            var stored = store.Get(key) ?? throw ApiErrors.NotFound(pods, name);
            var pod = (JsonObject)stored.Value.DeepClone();
            Assign(pod, name, node);
            if (dryRun)
            {
                return;
            }

            try
            {
                store.Update(key, stored.Version, pod);
                return;
            }
            catch (StoreException e) when (e.Failure == StoreFailure.VersionConflict && attempt < MaxTries)
            {
                continue;
            }
        }
    }

    private void Assign(JsonObject pod, string name, string node)
    {
        var spec = pod["spec"] as JsonObject ?? [];
        if (spec["nodeName"]?.ToString() is { Length: > 0 } current)
        {
            throw new ApiException(
                409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": pod {name} is already assigned to node \"{current}\"",
                ApiErrors.Details(name, "", "pods/binding"));
        }

        if (ObjectMetadata.Text(pod, "deletionTimestamp").Length > 0)
        {
            throw new ApiException(
                409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": pod {name} is being deleted, cannot be assigned to a host",
                ApiErrors.Details(name, "", "pods/binding"));
        }

        spec["nodeName"] = node;
        var status = pod["status"] as JsonObject;
        if (status is null)
        {
            pod["status"] = status = [];
        }

        var conditions = (status["conditions"] as JsonArray ?? []).Where(c => c?["type"]?.ToString() != "PodScheduled").Select(c => c?.DeepClone()).ToList();
        conditions.Add(new JsonObject
        {
            ["type"] = "PodScheduled",
            ["status"] = "True",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = ObjectMetadata.Timestamp(time.GetUtcNow()),
        });
        status["conditions"] = new JsonArray([.. conditions]);
    }
}
