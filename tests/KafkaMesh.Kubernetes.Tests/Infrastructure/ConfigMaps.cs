using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>The kind that tests store.</summary>
internal static class ConfigMaps
{
    public const string ListPath = "/api/v1/namespaces/demo/configmaps";

    public static EntityType<JsonObject> Type => BuiltInEntities.ConfigMaps;

    public static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "demo" } };
}
