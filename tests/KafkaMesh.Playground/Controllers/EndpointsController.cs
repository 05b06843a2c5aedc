using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Writes Endpoints and an EndpointSlice for every Service with a selector: the pods that it selects, ready or not.</summary>
internal sealed class EndpointsController(IClusterClient client, TimeProvider time) : Controller(client, time)
{
    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [("v1", "Service", Itself), ("v1", "Pod", ServicesOf)];

    /// <summary>The address and port of a Service's port on a pod; null when the pod does not have the named port.</summary>
    public static int? TargetPort(JsonObject servicePort, JsonObject pod)
    {
        if (servicePort.Number("targetPort") is { } number) return (int)number;
        if (servicePort.Text("targetPort") is not { } name) return (int?)servicePort.Number("port");
        var containers = pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers").Where(c => c.Text("restartPolicy") == "Always"));
        return (int?)containers.SelectMany(c => c.Objects("ports")).FirstOrDefault(p => p.Text("name") == name)?.Number("containerPort");
    }

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get("v1", "Service", name.Namespace, name.Name) is not { } service || service.IsBeingDeleted()) return; // the garbage collector takes the rest
        if (service.Entries("spec", "selector").Count == 0) return; // somebody else writes the endpoints
        var pods = Client.List("v1", "Pod", name.Namespace)
            .Where(p => LabelSelection.SelectsAll(service.At("spec", "selector"), p) && p.Text("status", "podIP") is not null && !p.IsFinished())
            .OrderBy(p => p.Name(), StringComparer.Ordinal).ToList();
        await WriteAsync(Endpoints(service, pods), "subsets", cancellationToken);
        await WriteAsync(Slice(service, pods), "endpoints", cancellationToken);
    }

    private IEnumerable<ObjectName> ServicesOf(JsonObject pod) => Client.List("v1", "Service", pod.Namespace())
        .Where(s => LabelSelection.SelectsAll(s.At("spec", "selector"), pod)).Select(s => new ObjectName(s.Namespace(), s.Name()));

    private async Task WriteAsync(JsonObject wanted, string contentField, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = (wanted.Text("apiVersion")!, wanted.Text("kind")!);
        var found = await Client.ModifyAsync(apiVersion, kind, wanted.Namespace(), wanted.Name(), "", current =>
        {
            if (JsonNode.DeepEquals(current[contentField], wanted[contentField]) && JsonNode.DeepEquals(current["ports"], wanted["ports"])) return false;
            current[contentField] = wanted[contentField]?.DeepClone();
            if (wanted["ports"] is { } ports) current["ports"] = ports.DeepClone();
            return true;
        }, cancellationToken);
        if (found is null) await Client.CreateAsync(wanted, cancellationToken);
    }

    private static bool Publishes(JsonObject service, JsonObject pod) => service.Flag("spec", "publishNotReadyAddresses") == true || (pod.IsReady() && !pod.IsBeingDeleted());

    private static JsonObject Endpoints(JsonObject service, List<JsonObject> pods)
    {
        var subsets = new JsonArray();
        // Pods of one Service may resolve a named port differently: each set of ports is a subset.
        foreach (var group in pods.GroupBy(p => Ports(service, p).ToJsonString()))
        {
            var subset = new JsonObject();
            foreach (var (field, ready) in new[] { ("addresses", true), ("notReadyAddresses", false) })
            {
                var addresses = group.Where(p => Publishes(service, p) == ready).Select(Address).ToArray<JsonNode>();
                if (addresses.Length > 0) subset[field] = new JsonArray(addresses);
            }
            subset["ports"] = Ports(service, group.First());
            subsets.Add(subset);
        }
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Endpoints", ["metadata"] = Metadata(service, service.Name()), ["subsets"] = subsets };
    }

    private static JsonObject Slice(JsonObject service, List<JsonObject> pods)
    {
        var metadata = Metadata(service, service.Name() + "-ipv4");
        metadata["labels"] = new JsonObject { ["kubernetes.io/service-name"] = service.Name(), ["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io" };
        return new JsonObject
        {
            ["apiVersion"] = "discovery.k8s.io/v1",
            ["kind"] = "EndpointSlice",
            ["metadata"] = metadata,
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray([.. pods.Select(p => new JsonObject
            {
                ["addresses"] = new JsonArray(p.Text("status", "podIP")!),
                ["conditions"] = new JsonObject { ["ready"] = Publishes(service, p), ["serving"] = p.IsReady(), ["terminating"] = p.IsBeingDeleted() },
                ["nodeName"] = p.Text("spec", "nodeName"),
                ["targetRef"] = Reference(p),
            })]),
            ["ports"] = pods.Count > 0 ? Ports(service, pods[0]) : new JsonArray(),
        };
    }

    private static JsonObject Metadata(JsonObject service, string name) => new()
    {
        ["name"] = name,
        ["namespace"] = service.Namespace(),
        ["labels"] = service.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
        ["ownerReferences"] = new JsonArray(service.OwnerReference()),
    };

    private static JsonArray Ports(JsonObject service, JsonObject pod)
    {
        var ports = new JsonArray();
        foreach (var port in service.Objects("spec", "ports"))
        {
            if (TargetPort(port, pod) is not { } number) continue;
            var entry = new JsonObject();
            if (port.Text("name") is { } name) entry["name"] = name;
            (entry["port"], entry["protocol"]) = (number, port.Text("protocol") ?? "TCP");
            ports.Add(entry);
        }
        return ports;
    }

    private static JsonObject Address(JsonObject pod) => new() { ["ip"] = pod.Text("status", "podIP"), ["nodeName"] = pod.Text("spec", "nodeName"), ["targetRef"] = Reference(pod) };

    private static JsonObject Reference(JsonObject pod) => new() { ["kind"] = "Pod", ["namespace"] = pod.Namespace(), ["name"] = pod.Name(), ["uid"] = pod.Uid() };
}
