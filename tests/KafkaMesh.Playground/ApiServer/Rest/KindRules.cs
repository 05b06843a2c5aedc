using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What the registry of a real server does per kind around a write: which part a subresource may change, first status, when an object goes.</summary>
internal static class KindRules
{
    /// <summary>Writes what a new object of the kind starts with.</summary>
    public static void PrepareForCreate(ResourceKind kind, JsonObject obj, TimeProvider time)
    {
        switch (kind)
        {
            case { Group: "", Kind: "Namespace" }:
                var labels = ObjectMetadata.Of(obj)["labels"] as JsonObject ?? [];
                labels["kubernetes.io/metadata.name"] = ObjectMetadata.Text(obj, "name");
                ObjectMetadata.Of(obj)["labels"] = labels.DeepClone();
                obj["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
                obj["status"] = new JsonObject { ["phase"] = "Active" };
                break;
            case { Group: "", Kind: "Pod" }:
                var qos = (obj["status"] as JsonObject)?["qosClass"]?.DeepClone();
                obj["status"] = new JsonObject { ["phase"] = "Pending" };
                if (qos is not null)
                {
                    obj["status"]!["qosClass"] = qos;
                }

                break;
            case { Group: "apiextensions.k8s.io" }:
                CustomResources.CustomResourceDefinitions.PrepareForCreate(obj);
                break;
            case { Group: "batch", Kind: "Job" }:
                Defaults.WorkloadDefaults.SelectJobPods(obj);
                obj["status"] = new JsonObject();
                break;
            case { HasStatus: true, IsCustom: false } when kind.Kind is "Deployment" or "ReplicaSet" or "PodDisruptionBudget":
                obj["status"] = kind.Kind == "ReplicaSet" ? new JsonObject { ["replicas"] = 0 } : new JsonObject();
                break;
        }
    }

    /// <summary>Puts back what this request (main resource or subresource) may not change.</summary>
    public static void PrepareForUpdate(WriteContext context, JsonObject obj, JsonObject old)
    {
        if (context.Subresource == "status")
        {
            KeepAllButStatus(context.Kind, obj, old);
        }
        else if (context.Kind.HasStatus && context.Subresource.Length == 0)
        {
            ObjectMetadata.CopyOrRemove(obj, old, "status");
        }

        if (context.Kind is { Group: "", Kind: "Namespace" })
        {
            KeepNamespaceSpec(context, obj, old);
        }
    }

    /// <summary>Whether an object that is being deleted has nothing left to wait for.</summary>
    public static bool MayBeRemoved(ResourceKind kind, JsonObject obj)
    {
        var metadata = ObjectMetadata.Of(obj);
        if (metadata["deletionTimestamp"] is null || MetadataValidation.Finalizers(metadata).Any())
        {
            return false;
        }

        return kind switch
        {
            { Group: "", Kind: "Namespace" } => (obj["spec"]?["finalizers"] as JsonArray ?? []).Count == 0,
            { Group: "", Kind: "Pod" } => JsonNumber.ReadInteger(metadata["deletionGracePeriodSeconds"]) == 0,
            _ => true,
        };
    }

    private static void KeepAllButStatus(ResourceKind kind, JsonObject obj, JsonObject old)
    {
        foreach (var key in obj.Select(p => p.Key).Union(old.Select(p => p.Key)).Where(k => k is not ("status" or "metadata")).ToList())
        {
            ObjectMetadata.CopyOrRemove(obj, old, key);
        }

        if (!kind.IsCustom)
        {
            return;
        }

        var metadata = (JsonObject)ObjectMetadata.Of(old).DeepClone();
        ObjectMetadata.CopyOrRemove(metadata, ObjectMetadata.Of(obj), "managedFields");
        obj["metadata"] = metadata;
    }

    private static void KeepNamespaceSpec(WriteContext context, JsonObject obj, JsonObject old)
    {
        // Only the finalize subresource may change spec.finalizers.
        if (context.Subresource != "finalize")
        {
            ObjectMetadata.CopyOrRemove(obj, old, "spec");
        }
        else
        {
            ObjectMetadata.CopyOrRemove(obj, old, "status");
        }
    }
}
