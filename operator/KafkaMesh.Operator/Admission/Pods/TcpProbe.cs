using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>A probe of a container that only opens a connection to a port of its pod.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Probe">startupProbe, readinessProbe or livenessProbe.</param>
/// <param name="Port">The port, looked up when the probe names it.</param>
/// <param name="IsOfInit">The container is among spec.initContainers: a native sidecar of the application or of another injector.</param>
/// <param name="Socket">The tcpSocket action as it stands.</param>
internal sealed record TcpProbe(string Container, string Probe, int Port, bool IsOfInit, JsonObject Socket)
{
    /// <summary>Container and probe, as messages and the status annotation name them.</summary>
    public string Name => $"{Container}/{Probe}";

    /// <summary>TCP probes of these ports. One that names a host does not ask the pod, and is left out.</summary>
    public static List<TcpProbe> Of(PodView pod, IReadOnlyCollection<int> ports)
    {
        var probes = new List<TcpProbe>();
        foreach (var (container, isInit) in pod.InitContainers.Select(c => (c, true)).Concat(pod.Containers.Select(c => (c, false))))
        {
            foreach (var probe in PodPorts.Probes)
            {
                if (PodView.Text(container, "name") is { } name
                    && (container[probe] as JsonObject)?["tcpSocket"] is JsonObject socket
                    && PodView.Text(socket, "host") is not { Length: > 0 }
                    && PodPorts.PortOf(container, socket) is { } port
                    && ports.Contains((int)port))
                {
                    probes.Add(new TcpProbe(name, probe, (int)port, isInit, socket));
                }
            }
        }
        return probes;
    }
}
