using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The in-process client of one component (controllers, node agent): the component's name is user and field manager.</summary>
internal sealed class ClusterClient(ObjectStore store, KindRegistry kinds, ObjectWriter writer, ObjectRemover remover, UserInfo user, string fieldManager) : IClusterClient
{
    private const int MaxTries = 32;

    /// <inheritdoc/>
    public JsonObject? Get(string apiVersion, string kind, string @namespace, string name)
    {
        var found = KindOf(apiVersion, kind);
        var stored = store.Get(KeyOf(found, @namespace, name));
        return stored is null ? null : View(found, stored.Value);
    }

    /// <inheritdoc/>
    public IReadOnlyList<JsonObject> List(string apiVersion, string kind, string? @namespace = null)
    {
        var found = KindOf(apiVersion, kind);
        return [.. store.List(found.Storage, found.Namespaced ? @namespace : null).Items.Select(item => View(found, item.Value))];
    }

    /// <inheritdoc/>
    public async Task<JsonObject> CreateAsync(JsonObject obj, CancellationToken cancel)
    {
        var kind = KindOf(obj);
        var copy = AsFromTheWire(obj);
        var context = NewContext(kind, WriteOperation.Create, copy, "", "CreateOptions", cancel);
        return (await writer.CreateAsync(context, copy, [])).Object;
    }

    /// <inheritdoc/>
    public async Task<JsonObject> UpdateAsync(JsonObject obj, string subresource, CancellationToken cancel)
    {
        var kind = KindOf(obj);
        var context = NewContext(kind, WriteOperation.Update, obj, subresource, "UpdateOptions", cancel);
        return (await writer.UpdateAsync(context, AsFromTheWire(obj), [])).Object;
    }

    /// <inheritdoc/>
    public async Task<JsonObject?> ModifyAsync(
        string apiVersion, string kind, string @namespace, string name, string subresource, Func<JsonObject, bool> change, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = Get(apiVersion, kind, @namespace, name);
            if (current is null)
            {
                return null;
            }

            var copy = (JsonObject)current.DeepClone();
            if (!change(copy))
            {
                return current;
            }

            try
            {
                return await UpdateAsync(copy, subresource, cancel);
            }
            catch (ApiException e) when (e is { Code: 409, Reason: "Conflict" } && attempt < MaxTries)
            {
                continue;
            }
            catch (ApiException e) when (e.Code == 404)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string apiVersion, string kind, string @namespace, string name, DeleteRequest request, CancellationToken cancel)
    {
        var found = KindOf(apiVersion, kind);
        var named = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace } };
        var context = NewContext(found, WriteOperation.Delete, named, "", "DeleteOptions", cancel);
        try
        {
            await remover.DeleteAsync(context, request);
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // Gone already, which is what was wanted.
            return;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ClusterEvent> WatchAsync(string apiVersion, string kind, string? @namespace, [EnumeratorCancellation] CancellationToken cancel)
    {
        var found = KindOf(apiVersion, kind);
        var scope = found.Namespaced ? @namespace : null;
        var known = new Dictionary<ObjectKey, JsonObject>();
        while (true)
        {
            var list = store.List(found.Storage, scope);
            var present = list.Items.Select(i => i.Key).ToHashSet();
            foreach (var (key, last) in known.Where(k => !present.Contains(k.Key)).ToList())
            {
                known.Remove(key);
                yield return new ClusterEvent(ClusterEventType.Deleted, last);
            }

            foreach (var item in list.Items)
            {
                yield return new ClusterEvent(ClusterEventType.Added, known[item.Key] = View(found, item.Value));
            }

            yield return new ClusterEvent(ClusterEventType.Synced, null);
            await foreach (var change in FollowAsync(found, scope, list.Version, cancel))
            {
                Remember(known, change, found);
                yield return EventOf(found, change);
            }
        }
    }

    /// <summary>The changes after a version; ends when this reader fell behind the history.</summary>
    private async IAsyncEnumerable<StoreEvent> FollowAsync(ResourceKind kind, string? scope, long version, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var subscription = store.Subscribe(kind.Storage, scope, version);
        while (true)
        {
            IReadOnlyList<StoreEvent> changes;
            try
            {
                changes = await subscription.ReadAsync(cancel);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Expired)
            {
                yield break;
            }

            foreach (var change in changes)
            {
                yield return change;
            }
        }
    }

    private static void Remember(Dictionary<ObjectKey, JsonObject> known, StoreEvent change, ResourceKind kind)
    {
        if (change.Current is null)
        {
            known.Remove(change.Key);
        }
        else
        {
            known[change.Key] = View(kind, change.Current.Value);
        }
    }

    private static ClusterEvent EventOf(ResourceKind kind, StoreEvent change) => change switch
    {
        { Removed: { } removed } => new ClusterEvent(ClusterEventType.Deleted, View(kind, removed.Value)),
        { Previous: null } => new ClusterEvent(ClusterEventType.Added, View(kind, change.Current!.Value)),
        _ => new ClusterEvent(ClusterEventType.Modified, View(kind, change.Current!.Value)),
    };

    private WriteContext NewContext(ResourceKind kind, WriteOperation operation, JsonObject obj, string subresource, string optionsKind, CancellationToken cancel) => new()
    {
        Kind = kind,
        Operation = operation,
        User = user,
        FieldManager = fieldManager,
        FieldValidation = FieldValidation.Ignore,
        Subresource = subresource,
        Namespace = kind.Namespaced ? ObjectMetadata.Text(obj, "namespace") : "",
        Name = ObjectMetadata.Text(obj, "name"),
        Options = new JsonObject { ["kind"] = optionsKind, ["apiVersion"] = "meta.k8s.io/v1" },
        Cancel = cancel,
    };

    private ResourceKind KindOf(JsonObject obj) => KindOf(obj["apiVersion"]?.ToString() ?? "", obj["kind"]?.ToString() ?? "");

    private ResourceKind KindOf(string apiVersion, string kind) =>
        kinds.FindKind(apiVersion, kind) ?? throw new ApiException(404, "NotFound", $"no matches for kind \"{kind}\" in version \"{apiVersion}\"");

    /// <summary>A copy whose values are what a parser makes: numbers that a component wrote as 32-bit ones read as 64-bit ones too.</summary>
    private static JsonObject AsFromTheWire(JsonObject obj) => (JsonObject)JsonNode.Parse(obj.ToJsonString())!;

    private static ObjectKey KeyOf(ResourceKind kind, string @namespace, string name) => new(kind.Storage, kind.Namespaced ? @namespace : "", name);

    private static JsonObject View(ResourceKind kind, JsonObject stored) => EventConversion.FromStorage(kind, stored);
}
