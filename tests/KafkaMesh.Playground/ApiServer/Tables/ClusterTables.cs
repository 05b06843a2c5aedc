using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>The tables of nodes, namespaces, services, endpoints and events.</summary>
internal static class ClusterTables
{
    private const int MostEndpoints = 3;

    /// <summary>Namespaces.</summary>
    public static readonly TableLayout Namespaces = new(
        [TableLayout.Name, new("Status", "string", "Phase of the namespace."), TableLayout.Age],
        static (obj, now) => [TableLayout.NameOf(obj), obj["status"]?["phase"]?.ToString() ?? "", TableLayout.AgeOf(obj, now)]);

    /// <summary>Nodes.</summary>
    public static readonly TableLayout Nodes = new(
        [
            TableLayout.Name, new("Status", "string", "Whether the node is ready."), new("Roles", "string", "Roles of the node."), TableLayout.Age,
            new("Version", "string", "Version of the node agent."), new("Internal-IP", "string", "Address inside the cluster.", 1),
            new("External-IP", "string", "Address outside the cluster.", 1), new("OS-Image", "string", "Operating system.", 1),
            new("Kernel-Version", "string", "Kernel.", 1), new("Container-Runtime", "string", "Container runtime.", 1),
        ],
        NodeCells);

    /// <summary>Services.</summary>
    public static readonly TableLayout Services = new(
        [
            TableLayout.Name, new("Type", "string", "How the service is exposed."), new("Cluster-IP", "string", "Address inside the cluster."),
            new("External-IP", "string", "Addresses outside the cluster."), new("Port(s)", "string", "Ports of the service."), TableLayout.Age,
            new("Selector", "string", "Label selector of the pods.", 1),
        ],
        ServiceCells);

    /// <summary>Endpoints.</summary>
    public static readonly TableLayout Endpoints = new(
        [TableLayout.Name, new("Endpoints", "string", "Ready addresses with their ports."), TableLayout.Age],
        static (obj, now) => [TableLayout.NameOf(obj), EndpointText(obj), TableLayout.AgeOf(obj, now)]);

    /// <summary>Endpoint slices.</summary>
    public static readonly TableLayout EndpointSlices = new(
        [
            TableLayout.Name, new("AddressType", "string", "Type of the addresses."), new("Ports", "string", "Ports of the endpoints."),
            new("Endpoints", "string", "Addresses."), TableLayout.Age,
        ],
        static (obj, now) =>
        [
            TableLayout.NameOf(obj), obj["addressType"]?.ToString() ?? "",
            Shorten([.. (obj["ports"] as JsonArray ?? []).Select(p => p?["port"]?.ToString() ?? "*")], "<unset>"),
            Shorten([.. (obj["endpoints"] as JsonArray ?? []).SelectMany(e => e?["addresses"] as JsonArray ?? []).Select(a => a?.ToString() ?? "")], "<unset>"),
            TableLayout.AgeOf(obj, now),
        ]);

    /// <summary>Events.</summary>
    public static readonly TableLayout Events = new(
        [
            new("Last Seen", "string", "Time since the event happened the last time."), new("Type", "string", "Normal or Warning."),
            new("Reason", "string", "The reason in one word."), new("Object", "string", "The object that the event is about."),
            new("Subobject", "string", "The part of the object.", 1), new("Source", "string", "Who reports.", 1),
            new("Message", "string", "What happened."), new("First Seen", "string", "Time since the event happened first.", 1),
            new("Count", "string", "How often the event happened.", 1), new("Name", "string", "Name of the event.", 1, "name"),
        ],
        EventCells);

    private static IReadOnlyList<JsonNode?> NodeCells(JsonObject node, DateTimeOffset now)
    {
        var status = node["status"] as JsonObject ?? [];
        var ready = (status["conditions"] as JsonArray ?? []).FirstOrDefault(c => c?["type"]?.ToString() == "Ready")?["status"]?.ToString();
        var text = ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
        var roles = (node["metadata"]?["labels"] as JsonObject ?? [])
            .Where(p => p.Key.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal))
            .Select(p => p.Key["node-role.kubernetes.io/".Length..]).Order(StringComparer.Ordinal);
        string Address(string type) => (status["addresses"] as JsonArray ?? []).FirstOrDefault(a => a?["type"]?.ToString() == type)?["address"]?.ToString() ?? "<none>";
        string Info(string field) => status["nodeInfo"]?[field]?.ToString() is { Length: > 0 } value ? value : "<unknown>";
        return
        [
            TableLayout.NameOf(node), node["spec"]?["unschedulable"]?.GetValue<bool>() == true ? text + ",SchedulingDisabled" : text,
            string.Join(",", roles) is { Length: > 0 } names ? names : "<none>", TableLayout.AgeOf(node, now), status["nodeInfo"]?["kubeletVersion"]?.ToString() ?? "",
            Address("InternalIP"), Address("ExternalIP"), Info("osImage"), Info("kernelVersion"), Info("containerRuntimeVersion"),
        ];
    }

    private static IReadOnlyList<JsonNode?> ServiceCells(JsonObject service, DateTimeOffset now)
    {
        var spec = service["spec"] as JsonObject ?? [];
        var type = spec["type"]?.ToString() ?? "";
        var ports = (spec["ports"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(p => p["nodePort"] is { } nodePort ? $"{p["port"]}:{nodePort}/{p["protocol"]}" : $"{p["port"]}/{p["protocol"]}");
        var external = type == "ExternalName"
            ? spec["externalName"]?.ToString() ?? ""
            : string.Join(",", (spec["externalIPs"] as JsonArray ?? []).Select(ip => ip?.ToString()));
        return
        [
            TableLayout.NameOf(service), type, spec["clusterIP"]?.ToString() is { Length: > 0 } ip ? ip : "<none>",
            external.Length > 0 ? external : type == "LoadBalancer" ? "<pending>" : "<none>",
            string.Join(",", ports) is { Length: > 0 } text ? text : "<none>", TableLayout.AgeOf(service, now),
            WorkloadTables.SelectorText(new JsonObject { ["matchLabels"] = spec["selector"]?.DeepClone() }),
        ];
    }

    private static string EndpointText(JsonObject endpoints)
    {
        var all = new List<string>();
        foreach (var subset in (endpoints["subsets"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var addresses = (subset["addresses"] as JsonArray ?? []).Select(a => a?["ip"]?.ToString() ?? "").ToList();
            var ports = (subset["ports"] as JsonArray ?? []).Select(p => p?["port"]?.ToString() ?? "").ToList();
            all.AddRange(ports.Count == 0 ? addresses : ports.SelectMany(port => addresses.Select(address => $"{address}:{port}")));
        }

        return Shorten(all, "<none>");
    }

    private static string Shorten(List<string> items, string none) => items.Count switch
    {
        0 => none,
        > MostEndpoints => $"{string.Join(",", items.Take(MostEndpoints))} + {items.Count - MostEndpoints} more...",
        _ => string.Join(",", items),
    };

    private static IReadOnlyList<JsonNode?> EventCells(JsonObject e, DateTimeOffset now)
    {
        var first = e["firstTimestamp"]?.ToString() ?? e["eventTime"]?.ToString();
        var last = e["series"]?["lastObservedTime"]?.ToString() ?? e["lastTimestamp"]?.ToString() ?? first;
        var count = e["series"]?["count"] ?? e["count"];
        var involved = e["involvedObject"] as JsonObject ?? [];
        var source = e["source"]?["component"]?.ToString() is { Length: > 0 } component ? component : e["reportingComponent"]?.ToString() ?? "";
        var host = e["source"]?["host"]?.ToString() is { Length: > 0 } sourceHost ? sourceHost : e["reportingInstance"]?.ToString() ?? "";
        return
        [
            HumanDuration.Since(last, now), e["type"]?.ToString() ?? "", e["reason"]?.ToString() ?? "",
            $"{(involved["kind"]?.ToString() ?? "").ToLowerInvariant()}/{involved["name"]}", involved["fieldPath"]?.ToString() ?? "",
            host.Length > 0 ? $"{source}, {host}" : source, (e["message"]?.ToString() ?? "").Trim(), HumanDuration.Since(first, now),
            Math.Max(1, JsonNumber.ReadInteger(count) ?? 1), TableLayout.NameOf(e),
        ];
    }
}
