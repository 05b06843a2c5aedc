using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Deletes objects: admission, preconditions, finalizers, propagation, the grace period of pods and the termination of namespaces.</summary>
internal sealed class ObjectRemover(ObjectStore store, WriteStages stages, TimeProvider time)
{
    private const int MaxTries = 8;
    private const long DefaultPodGraceSeconds = 30;

    /// <summary>Deletes one object.</summary>
    /// <exception cref="ApiException">404, 403 or 409.</exception>
    public async Task<DeleteResult> DeleteAsync(WriteContext context, DeleteRequest request)
    {
        var key = new ObjectKey(context.Kind.Storage, context.Kind.Namespaced ? context.Namespace : "", context.Name);
        for (var attempt = 1; ; attempt++)
        {
            var stored = store.Get(key) ?? throw ApiErrors.NotFound(context.Kind, context.Name);
            var old = EventConversion.FromStorage(context.Kind, stored.Value);
            context.Old = old;
            CheckPreconditions(context.Kind, context.Name, old, request);
            foreach (var admission in stages.Admissions)
            {
                await admission.AdmitAsync(context, null);
            }

            try
            {
                return Commit(context, stored, request);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.VersionConflict && attempt < MaxTries)
            {
                continue;
            }
            catch (StoreException e) when (e.Failure is StoreFailure.NotFound)
            {
                throw ApiErrors.NotFound(context.Kind, context.Name);
            }
            catch (StoreException e) when (e.Failure is StoreFailure.VersionConflict)
            {
                throw ApiErrors.Conflict(context.Kind, context.Name);
            }
        }
    }

    private DeleteResult Commit(WriteContext context, StoredObject stored, DeleteRequest request)
    {
        var obj = (JsonObject)stored.Value.DeepClone();
        var wasTerminating = ObjectMetadata.Of(obj)["deletionTimestamp"] is not null;
        var waits = context.Kind switch
        {
            { Group: "", Kind: "Namespace" } => TerminateNamespace(obj, wasTerminating),
            { Group: "", Kind: "Pod" } => TerminatePod(obj, request, wasTerminating),
            { Group: "apiextensions.k8s.io" } => CustomResources.CustomResourceDefinitions.AddCleanupFinalizer(obj, wasTerminating),
            _ => false,
        };
        waits |= AddFinalizers(context.Kind, obj, request, wasTerminating);
        if (waits)
        {
            MarkTerminating(context.Kind, obj, wasTerminating);
            if (context.Kind.Group == "apiextensions.k8s.io" && !wasTerminating)
            {
                CustomResources.CustomResourceDefinitions.MarkTerminating(obj, time);
            }

            var kept = context.DryRun ? obj : store.Update(stored.Key, stored.Version, obj).Value;
            return new DeleteResult(EventConversion.FromStorage(context.Kind, kept), false);
        }

        if (context.Kind is { Group: "", Kind: "Pod" } && !wasTerminating)
        {
            // The mark counts as a change.
            ObjectMetadata.Of(obj)["generation"] = ObjectMetadata.Generation(obj) + 1;
        }

        if (context.DryRun)
        {
            return new DeleteResult(EventConversion.FromStorage(context.Kind, obj), true);
        }

        // A pod is marked in a write of its own even when it goes at once: watches see the mark before they see the pod gone.
        var last = context.Kind is { Group: "", Kind: "Pod" } ? store.Update(stored.Key, stored.Version, obj) : stored;
        var removed = store.Remove(last.Key, last.Version);
        return new DeleteResult(EventConversion.FromStorage(context.Kind, removed.Value), true);
    }

    private bool TerminateNamespace(JsonObject obj, bool wasTerminating)
    {
        if ((obj["spec"]?["finalizers"] as JsonArray ?? []).Count == 0)
        {
            return false;
        }

        if (!wasTerminating)
        {
            ObjectMetadata.Of(obj)["deletionTimestamp"] = ObjectMetadata.Timestamp(time.GetUtcNow());
        }

        obj["status"] = new JsonObject { ["phase"] = "Terminating" };
        return true;
    }

    /// <summary>Sets the pod's deletion time and grace; false when it may go at once.</summary>
    private bool TerminatePod(JsonObject obj, DeleteRequest request, bool wasTerminating)
    {
        var metadata = ObjectMetadata.Of(obj);
        var grace = GraceOf(obj, request);
        if (wasTerminating && JsonNumber.ReadInteger(metadata["deletionGracePeriodSeconds"]) is { } current)
        {
            // A grace period can only be shortened.
            grace = Math.Min(grace, current);
        }

        if (!wasTerminating || grace != JsonNumber.ReadInteger(metadata["deletionGracePeriodSeconds"]))
        {
            metadata["deletionTimestamp"] = ObjectMetadata.Timestamp(DeletionBegan(metadata).AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        return grace > 0;
    }

    // A shortened grace period counts from the first deletion, not from now.
    private DateTimeOffset DeletionBegan(JsonObject metadata) =>
        DateTimeOffset.TryParse(metadata["deletionTimestamp"]?.ToString(), CultureInfo.InvariantCulture, out var end)
            ? end.AddSeconds(-(JsonNumber.ReadInteger(metadata["deletionGracePeriodSeconds"]) ?? 0))
            : time.GetUtcNow();

    private static long GraceOf(JsonObject pod, DeleteRequest request)
    {
        var own = JsonNumber.ReadInteger(pod["spec"]?["terminationGracePeriodSeconds"]) ?? DefaultPodGraceSeconds;
        var wanted = request.GracePeriodSeconds ?? own;
        var unscheduled = (pod["spec"]?["nodeName"]?.ToString() ?? "").Length == 0;
        var ended = pod["status"]?["phase"]?.ToString() is "Succeeded" or "Failed";
        return unscheduled || ended ? 0 : Math.Max(wanted, wanted < 0 ? 1 : 0);
    }

    private static bool AddFinalizers(ResourceKind kind, JsonObject obj, DeleteRequest request, bool wasTerminating)
    {
        var metadata = ObjectMetadata.Of(obj);
        var finalizers = MetadataValidation.Finalizers(metadata).ToList();
        var wanted = request.PropagationPolicy switch
        {
            "Foreground" => "foregroundDeletion",
            "Orphan" => "orphan",
            _ => null,
        };
        if (wanted is not null && !wasTerminating && !finalizers.Contains(wanted) && kind is not { Group: "", Kind: "Namespace" })
        {
            finalizers.RemoveAll(f => f is "orphan" or "foregroundDeletion");
            finalizers.Add(wanted);
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
        }

        return finalizers.Count > 0;
    }

    private void MarkTerminating(ResourceKind kind, JsonObject obj, bool wasTerminating)
    {
        var metadata = ObjectMetadata.Of(obj);
        if (wasTerminating)
        {
            return;
        }

        if (metadata["deletionTimestamp"] is null)
        {
            metadata["deletionTimestamp"] = ObjectMetadata.Timestamp(time.GetUtcNow());
        }

        // Namespaces and definitions are marked by their own registries, which set the time alone.
        if (kind is { Group: "", Kind: "Namespace" } or { Group: "apiextensions.k8s.io" })
        {
            return;
        }

        metadata["deletionGracePeriodSeconds"] ??= 0;
        if (kind.TracksGeneration)
        {
            metadata["generation"] = ObjectMetadata.Generation(obj) + 1;
        }
    }

    private static void CheckPreconditions(ResourceKind kind, string name, JsonObject old, DeleteRequest request)
    {
        var uid = ObjectMetadata.Text(old, "uid");
        if (request.PreconditionUid is { Length: > 0 } wantedUid && wantedUid != uid)
        {
            throw Refuse(kind, name, $"the UID in the precondition ({wantedUid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        var version = ObjectMetadata.Text(old, "resourceVersion");
        if (request.PreconditionResourceVersion is { Length: > 0 } wantedVersion && wantedVersion != version)
        {
            throw Refuse(
                kind, name,
                string.Create(CultureInfo.InvariantCulture, $"the ResourceVersion in the precondition ({wantedVersion}) does not match the ResourceVersion in record ({version}). The object might have been modified"));
        }
    }

    private static ApiException Refuse(ResourceKind kind, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.GroupKind} \"{name}\": {why}", ApiErrors.Details(name, kind.Group, kind.Kind));
}
