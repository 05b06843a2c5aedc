using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

/// <summary>A store that the test fills.</summary>
internal sealed class KnownMonitors : IEntityStore<JsonObject>
{
    private readonly Dictionary<NamespacedName, JsonObject> _objects = [];

    public int Count => _objects.Count;

    public NamespacedName Add(string name)
    {
        var key = new NamespacedName("shop", name);
        _objects[key] = new JsonObject
        {
            ["apiVersion"] = "kafkamesh.io/v1alpha1",
            ["kind"] = "KafkaMonitor",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop", ["uid"] = name },
            ["spec"] = new JsonObject { ["selector"] = new JsonObject() },
        };
        return key;
    }

    public void Remove(NamespacedName key) => _objects.Remove(key);

    public JsonObject? Get(NamespacedName key) => _objects.GetValueOrDefault(key);

    public IReadOnlyCollection<JsonObject> List() => _objects.Values;

    public IReadOnlyCollection<JsonObject> ListNamespace(string namespaceName) => _objects.Values;
}
