using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Rolls a Deployment out: one ReplicaSet for each template, the new one grows and the old ones shrink within maxSurge and maxUnavailable.</summary>
internal sealed class DeploymentController(IClusterClient client, EventRecorder events, TimeProvider time) : Controller(client, time)
{
    private const string ApiVersion = "apps/v1";
    private const string HashLabel = "pod-template-hash";
    private const string Revision = "deployment.kubernetes.io/revision";

    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [(ApiVersion, "Deployment", Itself), (ApiVersion, "ReplicaSet", set => Owner(set, "Deployment"))];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get(ApiVersion, "Deployment", name.Namespace, name.Name) is not { } deployment || deployment.IsBeingDeleted()) return;
        var sets = Client.List(ApiVersion, "ReplicaSet", name.Namespace).Where(s => s.IsControlledBy(deployment.Uid()) && !s.IsBeingDeleted()).ToList();
        var hash = TemplateHash(deployment);
        var current = sets.FirstOrDefault(s => s.Text("metadata", "labels", HashLabel) == hash);
        if (deployment.Flag("spec", "paused") != true)
        {
            current ??= await CreateSetAsync(deployment, sets, hash, cancellationToken);
            List<JsonObject> old = [.. sets.Where(s => s.Uid() != current.Uid())];
            await RaiseRevisionAsync(deployment, current, old, cancellationToken);
            await ScaleAsync(deployment, current, old, cancellationToken);
        }
        await WriteStatusAsync(deployment, hash, cancellationToken);
        await PruneAsync(deployment, hash, cancellationToken);
    }

    private async Task<JsonObject> CreateSetAsync(JsonObject deployment, List<JsonObject> sets, string hash, CancellationToken cancellationToken)
    {
        var revision = (sets.Select(RevisionOf).DefaultIfEmpty(0).Max() + 1).ToString(CultureInfo.InvariantCulture);
        var template = (JsonObject)deployment.At("spec", "template")!.DeepClone();
        var selector = (JsonObject)deployment.At("spec", "selector")!.DeepClone();
        foreach (var labels in new[] { Map(Map(template, "metadata"), "labels"), Map(selector, "matchLabels") }) labels[HashLabel] = hash;
        var set = new JsonObject
        {
            ["apiVersion"] = ApiVersion,
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["namespace"] = deployment.Namespace(),
                ["labels"] = template.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = new JsonObject { [Revision] = revision },
                ["ownerReferences"] = new JsonArray(deployment.OwnerReference()),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = template },
        };
        var created = await Client.CreateAsync(set, cancellationToken);
        await Client.ModifyAsync(ApiVersion, "Deployment", deployment.Namespace(), deployment.Name(), "", d =>
        {
            Map(Map(d, "metadata"), "annotations")[Revision] = revision;
            return true;
        }, cancellationToken);
        return created;
    }

    /// <summary>A set that a rollback brings back becomes the newest revision; its old number is no more.</summary>
    private async Task RaiseRevisionAsync(JsonObject deployment, JsonObject current, List<JsonObject> old, CancellationToken cancellationToken)
    {
        var newest = old.Select(RevisionOf).DefaultIfEmpty(0).Max();
        if (RevisionOf(current) > newest) return;
        var revision = (newest + 1).ToString(CultureInfo.InvariantCulture);
        foreach (var obj in new[] { current, deployment })
        {
            await Client.ModifyAsync(ApiVersion, obj.Text("kind")!, obj.Namespace(), obj.Name(), "", o =>
            {
                Map(Map(o, "metadata"), "annotations")[Revision] = revision;
                return true;
            }, cancellationToken);
        }
    }

    private async Task ScaleAsync(JsonObject deployment, JsonObject current, List<JsonObject> old, CancellationToken cancellationToken)
    {
        var wanted = deployment.Number("spec", "replicas") ?? 1;
        var recreate = deployment.Text("spec", "strategy", "type") == "Recreate";
        var surge = recreate ? 0 : Share(deployment.At("spec", "strategy", "rollingUpdate", "maxSurge"), wanted, roundUp: true);
        var unavailable = recreate ? wanted : Share(deployment.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), wanted, roundUp: false);
        if (surge == 0 && unavailable == 0) unavailable = 1;
        var oldReplicas = old.Sum(s => s.Number("spec", "replicas") ?? 0);
        var oldPods = old.Sum(s => s.Number("status", "replicas") ?? 0);
        var now = current.Number("spec", "replicas") ?? 0;
        var next = recreate ? (oldPods > 0 ? 0 : wanted) : Math.Min(wanted, Math.Max(Math.Min(now, wanted), wanted + surge - oldReplicas));
        await SetReplicasAsync(deployment, current, next, cancellationToken);

        // A set that was just told to shrink still reports the pods that go: they serve nobody any more.
        var ready = (current.Number("status", "readyReplicas") ?? 0) + old.Sum(s => Math.Min(s.Number("status", "readyReplicas") ?? 0, s.Number("spec", "replicas") ?? 0));
        var removable = recreate ? oldReplicas : Math.Max(0, ready - (wanted - unavailable));
        foreach (var set in old)
        {
            var replicas = set.Number("spec", "replicas") ?? 0;
            var broken = Math.Max(0, replicas - (set.Number("status", "readyReplicas") ?? 0)); // pods that serve nobody may always go
            var drop = Math.Min(replicas, Math.Max(broken, removable));
            removable = Math.Max(0, removable - Math.Max(0, drop - broken));
            await SetReplicasAsync(deployment, set, replicas - drop, cancellationToken);
        }
    }

    private async Task SetReplicasAsync(JsonObject deployment, JsonObject set, long replicas, CancellationToken cancellationToken)
    {
        var before = set.Number("spec", "replicas") ?? 0;
        if (before == replicas) return;
        await Client.ModifyAsync(ApiVersion, "ReplicaSet", set.Namespace(), set.Name(), "", s =>
        {
            s["spec"]!["replicas"] = replicas;
            return true;
        }, cancellationToken);
        await events.RecordAsync(deployment, "Normal", "ScalingReplicaSet", string.Create(
            CultureInfo.InvariantCulture, $"Scaled {(replicas > before ? "up" : "down")} replica set {set.Name()} from {before} to {replicas}"));
    }

    private async Task WriteStatusAsync(JsonObject deployment, string hash, CancellationToken cancellationToken)
    {
        var sets = Client.List(ApiVersion, "ReplicaSet", deployment.Namespace()).Where(s => s.IsControlledBy(deployment.Uid())).ToList();
        var wanted = deployment.Number("spec", "replicas") ?? 1;
        var total = sets.Sum(s => s.Number("status", "replicas") ?? 0);
        var ready = sets.Sum(s => s.Number("status", "readyReplicas") ?? 0);
        var updated = sets.Where(s => s.Text("metadata", "labels", HashLabel) == hash).Sum(s => s.Number("status", "replicas") ?? 0);
        var available = ready >= wanted - Share(deployment.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), wanted, roundUp: false);
        var complete = updated == wanted && total == wanted && ready == wanted;
        await Client.ModifyAsync(ApiVersion, "Deployment", deployment.Namespace(), deployment.Name(), "status", current =>
        {
            var before = current.At("status")?.DeepClone();
            var status = new JsonObject { ["observedGeneration"] = deployment.Number("metadata", "generation") ?? 1 };
            if (total > 0) status["replicas"] = total;
            if (updated > 0) status["updatedReplicas"] = updated;
            if (ready > 0) (status["readyReplicas"], status["availableReplicas"]) = (ready, ready);
            if (wanted > ready) status["unavailableReplicas"] = wanted - ready;
            status["conditions"] = before.At("conditions")?.DeepClone() ?? new JsonArray();
            SetConditions(status, deployment, hash, available, complete);
            if (JsonNode.DeepEquals(before, status)) return false;
            current["status"] = status;
            return true;
        }, cancellationToken);
    }

    private void SetConditions(JsonObject status, JsonObject deployment, string hash, bool available, bool complete)
    {
        var stamp = JsonAccess.Stamp(Time.GetUtcNow());
        foreach (var condition in new[]
        {
            Condition("Available", available, available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", available ? "Deployment has minimum availability." : "Deployment does not have minimum availability."),
            Condition("Progressing", true, complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                complete ? $"ReplicaSet \"{deployment.Name()}-{hash}\" has successfully progressed." : $"ReplicaSet \"{deployment.Name()}-{hash}\" is progressing."),
        })
        {
            var before = status.Objects("conditions").FirstOrDefault(c => c.Text("type") == condition.Text("type"));
            condition["lastUpdateTime"] = before.Text("reason") == condition.Text("reason") && before.Text("status") == condition.Text("status") ? before.Text("lastUpdateTime") : stamp;
            status.SetCondition(condition, stamp);
        }
    }

    private static JsonObject Condition(string type, bool value, string reason, string message) =>
        new() { ["type"] = type, ["status"] = value ? "True" : "False", ["reason"] = reason, ["message"] = message };

    /// <summary>Removes old, empty ReplicaSets beyond revisionHistoryLimit.</summary>
    private async Task PruneAsync(JsonObject deployment, string hash, CancellationToken cancellationToken)
    {
        var empty = Client.List(ApiVersion, "ReplicaSet", deployment.Namespace())
            .Where(s => s.IsControlledBy(deployment.Uid()) && s.Text("metadata", "labels", HashLabel) != hash && s.Number("spec", "replicas") == 0 && (s.Number("status", "replicas") ?? 0) == 0)
            .OrderByDescending(RevisionOf).Skip((int)(deployment.Number("spec", "revisionHistoryLimit") ?? 10));
        foreach (var set in empty) await Client.DeleteAsync(ApiVersion, "ReplicaSet", set.Namespace(), set.Name(), new DeleteRequest(), cancellationToken);
    }

    private static long RevisionOf(JsonObject set) => long.TryParse(set.Text("metadata", "annotations", Revision), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    /// <summary>Ten letters that stand for the template; the letters are those that Kubernetes considers safe in names.</summary>
    private static string TemplateHash(JsonObject deployment)
    {
        const string letters = "bcdfghjklmnpqrstvwxz2456789";
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(deployment.At("spec", "template")!.ToJsonString()));
        return string.Concat(bytes.Take(10).Select(b => letters[b % letters.Length]));
    }

    private static long Share(JsonNode? value, long of, bool roundUp)
    {
        var text = value.Text() ?? (value is null ? "25%" : null);
        if (text is null) return value.Number() ?? 0;
        var share = of * (decimal.TryParse(text.TrimEnd('%'), CultureInfo.InvariantCulture, out var percent) ? percent : 25) / 100;
        return (long)(roundUp ? Math.Ceiling(share) : Math.Floor(share));
    }

    private static JsonObject Map(JsonObject parent, string key) => (JsonObject)(parent[key] ??= new JsonObject());
}
