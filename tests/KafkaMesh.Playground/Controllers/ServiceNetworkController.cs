using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Network.Dns;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Brings Services and Endpoints into the node's NAT rules and the cluster's DNS names, as kube-proxy and CoreDNS do.</summary>
internal sealed class ServiceNetworkController(IClusterClient client, NodeNetwork network, ClusterZone zone, TimeProvider time) : Controller(client, time)
{
    private static readonly ObjectName Everything = new("", "all");

    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [("v1", "Service", _ => [Everything]), ("v1", "Endpoints", _ => [Everything])];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        var targets = new List<ServiceTarget>();
        var names = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.Ordinal);
        foreach (var service in Client.List("v1", "Service"))
        {
            var endpoints = Client.Get("v1", "Endpoints", service.Namespace(), service.Name());
            var fullName = $"{service.Name()}.{service.Namespace()}.svc.{ClusterZone.Domain}";
            if (IPAddress.TryParse(service.Text("spec", "clusterIP"), out var address))
            {
                names[fullName] = [address];
                targets.AddRange(service.Objects("spec", "ports").Select(port => Target(address, port, endpoints)));
            }
            else if (service.Text("spec", "clusterIP") == "None")
            {
                AddHeadless(names, fullName, endpoints);
            }
        }
        zone.Replace(names);
        await network.ApplyServicesAsync(targets, cancellationToken);
    }

    private static ServiceTarget Target(IPAddress address, JsonObject port, JsonObject? endpoints)
    {
        var ready = new List<IPEndPoint>();
        foreach (var subset in endpoints.Objects("subsets"))
        {
            var number = subset.Objects("ports").FirstOrDefault(p => p.Text("name") == port.Text("name"))?.Number("port");
            if (number is not { } found) continue;
            ready.AddRange(subset.Objects("addresses").Select(a => new IPEndPoint(IPAddress.Parse(a.Text("ip")!), (int)found)));
        }
        return new ServiceTarget(address, port.Text("protocol") ?? "TCP", (int)(port.Number("port") ?? 0), ready);
    }

    /// <summary>A headless Service's name gives all of its ready pods; a pod with a host name, or its dashed address, has a name below it.</summary>
    private void AddHeadless(Dictionary<string, IReadOnlyList<IPAddress>> names, string fullName, JsonObject? endpoints)
    {
        var all = new List<IPAddress>();
        foreach (var entry in endpoints.Objects("subsets").SelectMany(s => s.Objects("addresses")))
        {
            var address = IPAddress.Parse(entry.Text("ip")!);
            all.Add(address);
            var pod = Client.Get("v1", "Pod", entry.Text("targetRef", "namespace") ?? "", entry.Text("targetRef", "name") ?? "");
            var label = pod.Text("spec", "subdomain") is not null ? pod.Text("spec", "hostname") : null;
            names[string.Create(CultureInfo.InvariantCulture, $"{label ?? address.ToString().Replace('.', '-')}.{fullName}")] = [address];
        }
        names[fullName] = all;
    }
}
