using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>The variables by which a pod finds the Services of its namespace, in the names of Docker's links (core/v1 PodSpec.enableServiceLinks): the Service of
/// the API server always, the others unless the pod says no. A Service <c>kafka</c> thus sets <c>KAFKA_PORT</c> to a URL, as on any cluster.</summary>
internal static class ServiceLinks
{
    /// <summary>The variables of a pod that starts now.</summary>
    public static IEnumerable<(string Name, string Value)> Of(IClusterClient client, JsonObject pod)
    {
        var services = pod.Flag("spec", "enableServiceLinks") == false ? [] : client.List("v1", "Service", pod.Namespace());
        if (client.Get("v1", "Service", "default", "kubernetes") is { } apiServer) services = [.. services.Where(s => s.Uid() != apiServer.Uid()), apiServer];
        return services.SelectMany(Variables);
    }

    private static IEnumerable<(string Name, string Value)> Variables(JsonObject service)
    {
        var ports = service.Objects("spec", "ports");
        if (!IPAddress.TryParse(service.Text("spec", "clusterIP"), out var address) || ports.Count == 0) yield break; // headless or outside the cluster
        var host = address.ToString();
        var prefix = Upper(service.Name());
        yield return (prefix + "_SERVICE_HOST", host);
        yield return (prefix + "_SERVICE_PORT", Number(ports[0]));
        foreach (var port in ports)
        {
            if (port.Text("name") is { Length: > 0 } name) yield return ($"{prefix}_SERVICE_PORT_{Upper(name)}", Number(port));
        }
        yield return (prefix + "_PORT", Url(host, ports[0]));
        foreach (var port in ports)
        {
            var one = $"{prefix}_PORT_{Number(port)}_{Protocol(port)}";
            yield return (one, Url(host, port));
            yield return (one + "_PROTO", Protocol(port).ToLowerInvariant());
            yield return (one + "_PORT", Number(port));
            yield return (one + "_ADDR", host);
        }
    }

    private static string Url(string host, JsonObject port) => $"{Protocol(port).ToLowerInvariant()}://{(host.Contains(':') ? $"[{host}]" : host)}:{Number(port)}";

    private static string Number(JsonObject port) => (port.Number("port") ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Protocol(JsonObject port) => (port.Text("protocol") ?? "TCP").ToUpperInvariant();

    private static string Upper(string name) => name.ToUpperInvariant().Replace('-', '_');
}
