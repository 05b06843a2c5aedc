using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;
using Serilog;

namespace KafkaMesh.Playground.ApiServer.CustomResources;

/// <summary>
/// Watches CustomResourceDefinitions: accepts their names, establishes them, serves their kinds, and on deletion removes the custom resources
/// before the definition goes.
/// </summary>
internal sealed class CustomResourceController(IClusterClient client, KindRegistry kinds, ObjectStore store, TimeProvider time, ILogger log)
{
    private const string ApiVersion = "apiextensions.k8s.io/v1";
    private const string Kind = "CustomResourceDefinition";

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var change in client.WatchAsync(ApiVersion, Kind, null, cancel))
        {
            if (change.Object is null)
            {
                continue;
            }

            try
            {
                await HandleAsync(change, cancel);
            }
            catch (ApiException e)
            {
                log.Warning("CustomResourceDefinition {Name} could not be brought forward: {Reason}", ObjectMetadata.Text(change.Object, "name"), e.Message);
            }
        }
    }

    private async Task HandleAsync(ClusterEvent change, CancellationToken cancel)
    {
        var crd = change.Object!;
        var (group, plural) = (crd["spec"]?["group"]?.ToString() ?? "", crd["spec"]?["names"]?["plural"]?.ToString() ?? "");
        if (change.Type == ClusterEventType.Deleted)
        {
            kinds.ReplaceCustom(group, plural, []);
            return;
        }

        if (ObjectMetadata.Text(crd, "deletionTimestamp").Length > 0)
        {
            await CleanUpAsync(crd, group, plural, cancel);
            return;
        }

        if (!CustomResourceDefinitions.IsEstablished(crd))
        {
            await EstablishAsync(ObjectMetadata.Text(crd, "name"), cancel);
            return;
        }

        var since = kinds.FindResource(group, plural)?.ServedSince ?? store.Version;
        kinds.ReplaceCustom(group, plural, [.. CustomResourceDefinitions.KindsOf(crd).Select(kind => kind with { ServedSince = since })]);
    }

    private Task EstablishAsync(string name, CancellationToken cancel) =>
        client.ModifyAsync(ApiVersion, Kind, "", name, "status", crd => CustomResourceDefinitions.MarkEstablished(crd, time), cancel);

    private async Task CleanUpAsync(JsonObject crd, string group, string plural, CancellationToken cancel)
    {
        if (!HasFinalizer(crd))
        {
            return;
        }

        var kind = kinds.All.FirstOrDefault(k => k.IsCustom && k.Group == group && k.Plural == plural);
        if (kind is not null)
        {
            await RemoveAllAsync(kind, cancel);
        }

        await client.ModifyAsync(ApiVersion, Kind, "", ObjectMetadata.Text(crd, "name"), "", RemoveFinalizer, cancel);
    }

    private async Task RemoveAllAsync(ResourceKind kind, CancellationToken cancel)
    {
        foreach (var item in store.List(kind.Storage).Items)
        {
            await client.DeleteAsync(kind.ApiVersion, kind.Kind, item.Key.Namespace, item.Key.Name, new DeleteRequest(), cancel);
        }

        // Objects with finalizers stay until their owners let go of them; the definition waits for that.
        while (store.List(kind.Storage) is { Items.Count: > 0 } left)
        {
            await store.WaitForChangeAsync(left.Version, cancel);
        }
    }

    private static bool HasFinalizer(JsonObject crd) =>
        MetadataValidation.Finalizers(ObjectMetadata.Of(crd)).Contains(CustomResourceDefinitions.CleanupFinalizer);

    private static bool RemoveFinalizer(JsonObject crd)
    {
        var metadata = ObjectMetadata.Of(crd);
        var left = MetadataValidation.Finalizers(metadata).Where(f => f != CustomResourceDefinitions.CleanupFinalizer).ToList();
        metadata["finalizers"] = new JsonArray([.. left.Select(f => (JsonNode)f)]);
        return true;
    }
}
