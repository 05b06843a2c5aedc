using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>
/// The API for controllers and the node agent inside the process: the same stages as over HTTP (admission webhooks, defaults, validation),
/// without HTTP. Failures are <see cref="ApiException"/>. Objects that come back are snapshots: clone before changing.
/// </summary>
internal interface IClusterClient
{
    /// <summary>The object, or null.</summary>
    JsonObject? Get(string apiVersion, string kind, string @namespace, string name);

    /// <summary>All objects of a kind, of one namespace or (null) of all.</summary>
    IReadOnlyList<JsonObject> List(string apiVersion, string kind, string? @namespace = null);

    /// <summary>Creates the object that apiVersion, kind and metadata name.</summary>
    Task<JsonObject> CreateAsync(JsonObject obj, CancellationToken cancel);

    /// <summary>Replaces an object (or a subresource of it: <c>status</c>, <c>finalize</c>); with a resourceVersion in it, only if it is still current.</summary>
    Task<JsonObject> UpdateAsync(JsonObject obj, string subresource, CancellationToken cancel);

    /// <summary>
    /// Reads, changes and replaces until no other writer came between (at most some tens of tries); null when the object does not exist.
    /// <paramref name="change"/> gets a clone and returns false to leave the object as it is.
    /// </summary>
    Task<JsonObject?> ModifyAsync(
        string apiVersion, string kind, string @namespace, string name, string subresource, Func<JsonObject, bool> change, CancellationToken cancel);

    /// <summary>Deletes an object; one that is gone already is no error.</summary>
    Task DeleteAsync(string apiVersion, string kind, string @namespace, string name, DeleteRequest request, CancellationToken cancel);

    /// <summary>
    /// All objects as Added, one Synced, then every change. It never ends by itself; a reader that falls behind is given a fresh list
    /// (Added again for everything, Deleted for what vanished, Synced).
    /// </summary>
    IAsyncEnumerable<ClusterEvent> WatchAsync(string apiVersion, string kind, string? @namespace, CancellationToken cancel);
}
