using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>Ports that a pod's containers are known to use.</summary>
internal static class PodPorts
{
    /// <summary>The probes of a container.</summary>
    public static readonly string[] Probes = ["startupProbe", "readinessProbe", "livenessProbe"];

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
            foreach (var probe in Probes)
                TakeChecks(ports, container, container[probe] as JsonObject);
            foreach (var hook in Hooks)
                TakeChecks(ports, container, (container["lifecycle"] as JsonObject)?[hook] as JsonObject);
        }
        return ports;
    }

    /// <summary>The port that a probe or hook asks; null when there is none.</summary>
    public static long? PortOf(JsonObject container, JsonObject? check)
    {
        if (PodView.Number(check, "port") is { } number)
            return number;
        return PodView.Text(check, "port") is { } name
            ? PodView.Items(container, "ports").Where(p => PodView.Text(p, "name") == name).Select(p => PodView.Number(p, "containerPort")).FirstOrDefault()
            : null;
    }

    private static void TakeChecks(HashSet<int> ports, JsonObject container, JsonObject? handler)
    {
        if (handler is null)
            return;
        foreach (var check in Checks)
            Take(ports, PortOf(container, handler[check] as JsonObject));
    }

    private static void Take(HashSet<int> ports, long? port)
    {
        if (port is > 0 and <= 65535)
            ports.Add((int)port);
    }
}
