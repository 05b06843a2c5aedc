using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Defaults;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>
/// Finds a ready endpoint of a Service in its EndpointSlices, else its Endpoints. How a pod address is reached is given from outside:
/// pods live in network namespaces of their own.
/// </summary>
internal sealed class EndpointDialer(ClusterState state, Func<IPEndPoint, CancellationToken, ValueTask<Stream>> connect) : IServiceDialer
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    /// <inheritdoc/>
    public async ValueTask<Stream> ConnectAsync(string @namespace, string name, int port, CancellationToken cancel)
    {
        var service = state.Find("services", @namespace, name) ?? throw new WebhookCallException($"service \"{name}\" not found");
        var spec = service.Map("spec");
        if (spec.Text("type") == "ExternalName")
        {
            return await DialAsync(connect, await ResolveAsync(spec.Text("externalName"), port, cancel), cancel);
        }

        var servicePort = spec.Items("ports").FirstOrDefault(p => p.Integer("port") == port)
            ?? throw new WebhookCallException($"no service port {port} found for service \"{name}\"");
        var endpoint = FromSlices(@namespace, name, servicePort) ?? FromEndpoints(@namespace, name, servicePort)
            ?? throw new WebhookCallException($"no endpoints available for service \"{name}\"");
        return await DialAsync(connect, endpoint, cancel);
    }

    /// <summary>Connects and words failures as Go's net package does.</summary>
    public static async ValueTask<Stream> DialAsync(Func<IPEndPoint, CancellationToken, ValueTask<Stream>> connect, IPEndPoint endpoint, CancellationToken cancel)
    {
        try
        {
            return await connect(endpoint, cancel);
        }
        catch (SocketException e)
        {
            throw new WebhookCallException($"dial tcp {endpoint}: connect: {Describe(e.SocketErrorCode)}", e);
        }
    }

    /// <summary>The first address of a host name.</summary>
    public static async ValueTask<IPEndPoint> ResolveAsync(string host, int port, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return new IPEndPoint(address, port);
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancel);
            return new IPEndPoint(found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0], port);
        }
        catch (SocketException e)
        {
            throw new WebhookCallException($"dial tcp: lookup {host}: no such host", e);
        }
    }

    private IPEndPoint? FromSlices(string @namespace, string name, JsonObject servicePort)
    {
        foreach (var slice in state.List("endpointslices.discovery.k8s.io", @namespace).Where(s => s.Map("metadata").Map("labels").Text(ServiceLabel) == name))
        {
            var port = PortOf(slice.Items("ports"), servicePort);
            var address = slice.Items("endpoints").Where(e => e.Map("conditions").Flag("ready") != false).SelectMany(e => e.Texts("addresses")).FirstOrDefault();
            if (port is not null && IPAddress.TryParse(address, out var ip))
            {
                return new IPEndPoint(ip, port.Value);
            }
        }

        return null;
    }

    private IPEndPoint? FromEndpoints(string @namespace, string name, JsonObject servicePort)
    {
        foreach (var subset in state.Find("endpoints", @namespace, name).Items("subsets"))
        {
            var port = PortOf(subset.Items("ports"), servicePort);
            if (port is not null && IPAddress.TryParse(subset.Items("addresses").Select(a => a.Text("ip")).FirstOrDefault(), out var ip))
            {
                return new IPEndPoint(ip, port.Value);
            }
        }

        return null;
    }

    private static int? PortOf(IEnumerable<JsonObject> ports, JsonObject servicePort)
        => (int?)ports.FirstOrDefault(p => p.Text("name") == servicePort.Text("name")).Integer("port") is { } port and > 0 and <= 65535 ? port : null;

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => error.ToString(),
    };
}
