using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>Reads stored objects by their storage name, for the parts that decide about requests.</summary>
internal sealed class ClusterState(ObjectStore store)
{
    /// <summary>The stored object, or null; nobody may change it.</summary>
    public JsonObject? Find(string storage, string @namespace, string name) => store.Get(new ObjectKey(storage, @namespace, name))?.Value;

    /// <summary>All objects of a storage, of one namespace or (null) of all; nobody may change them.</summary>
    public IEnumerable<JsonObject> List(string storage, string? @namespace = null) => store.List(storage, @namespace).Items.Select(item => item.Value);
}
