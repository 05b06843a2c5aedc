using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>Ports that a pod's containers are known to use.</summary>
internal static class PodPorts
{
    private static readonly string[] Probes = ["startupProbe", "readinessProbe", "livenessProbe"];
    private static readonly string[] Hooks = ["postStart", "preStop"];
    private static readonly string[] Checks = ["httpGet", "tcpSocket", "grpc"];

    /// <summary>Declared container and host ports and the ports of probes and lifecycle hooks, over all containers.</summary>
    public static HashSet<int> InUse(PodView pod)
    {
        var ports = new HashSet<int>();
        foreach (var container in pod.AllContainers)
        {
            foreach (var port in PodView.Items(container, "ports"))
            {
                Take(ports, PodView.Number(port, "containerPort"));
                Take(ports, PodView.Number(port, "hostPort"));
            }
            var lifecycle = container["lifecycle"] as JsonObject;
            foreach (var handler in Probes.Select(p => container[p]).Concat(Hooks.Select(h => lifecycle?[h])).OfType<JsonObject>())
            {
                foreach (var check in Checks)
                    Take(ports, PortOf(container, handler[check] as JsonObject));
            }
        }
        return ports;
    }

    /// <summary>
    /// The first TCP probe of a captured port, as <c>container/probe</c>. The redirect would answer its handshake while
    /// the application is down, so that the probe would always succeed. HTTP and gRPC probes pass through to the application.
    /// </summary>
    public static string? FirstTcpProbeOf(PodView pod, IReadOnlyCollection<int> captured)
    {
        foreach (var container in pod.AllContainers)
        {
            foreach (var probe in Probes)
            {
                if (PortOf(container, (container[probe] as JsonObject)?["tcpSocket"] as JsonObject) is { } port && captured.Contains((int)port))
                    return $"{PodView.Text(container, "name")}/{probe}";
            }
        }
        return null;
    }

    private static long? PortOf(JsonObject container, JsonObject? check)
    {
        if (PodView.Number(check, "port") is { } number)
            return number;
        return PodView.Text(check, "port") is { } name
            ? PodView.Items(container, "ports").Where(p => PodView.Text(p, "name") == name).Select(p => PodView.Number(p, "containerPort")).FirstOrDefault()
            : null;
    }

    private static void Take(HashSet<int> ports, long? port)
    {
        if (port is > 0 and <= 65535)
            ports.Add((int)port);
    }
}
