using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Tests.Cluster;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Manifests of a namespace with a monitor named orders, which selects pods labelled app=orders.</summary>
internal static class MonitoredNamespace
{
    /// <summary>Name of the pod that <see cref="RunPodAsync"/> makes.</summary>
    public const string Pod = "a";

    private const string Selector = """{"matchLabels": {"app": "orders"}}""";

    /// <summary>Makes the namespace and the monitor.</summary>
    /// <param name="kubectl">As administrator.</param>
    /// <param name="space">Name of the namespace.</param>
    /// <param name="spec">What the monitor says besides its selector, as a list of JSON fields.</param>
    public static Task ApplyAsync(Kubectl kubectl, string space, string spec = "\"injection\": \"Annotation\"") => kubectl.RunAsync(
        $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{space}}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: {{space}}}
        ---
        {{Monitor(space, spec: spec)}}
        """,
        "apply", "-f", "-");

    /// <summary>A monitor, as JSON in one line.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="selector">Its selector.</param>
    /// <param name="spec">What it says besides, as a list of JSON fields.</param>
    public static string Monitor(string space, string name = "orders", string selector = Selector, string spec = "\"injection\": \"Annotation\"") =>
        $$"""{"apiVersion": "kafkamesh.io/v1alpha1", "kind": "KafkaMonitor", "metadata": {"name": "{{name}}", "namespace": "{{space}}"}, "spec": {"selector": {{selector}}, {{spec}}} }""";

    /// <summary>Makes a pod of the monitor that carries a sidecar and runs at an address.</summary>
    /// <param name="admin">As administrator.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="address">Its address.</param>
    public static async Task RunPodAsync(IKubernetesClient admin, string space, string address)
    {
        var injection = $$$"""{"monitor":"orders","hash":"x","ports":{"outbound":4591,"inbound":4592,"admin":{{{WellKnownNames.AdminPort}}}}}""";
        await admin.CreateAsync(BuiltInEntities.Pods, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = Pod,
                ["namespace"] = space,
                ["labels"] = new JsonObject { ["app"] = "orders", [WellKnownNames.MonitorLabel] = "orders" },
                ["annotations"] = new JsonObject { [WellKnownNames.StatusAnnotation] = injection },
            },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "main:1" }) },
        });
        var running = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = address, ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }) } };
        await admin.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(running), Pod, space, new WriteOptions { Subresource = "status" });
    }
}
