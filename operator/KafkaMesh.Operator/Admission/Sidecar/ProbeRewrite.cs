using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>
/// Lets TCP probes of captured inbound ports ask the sidecar, which dials the application: behind the redirect a handshake
/// succeeds while the application is down. HTTP and gRPC probes and hooks need no such thing: they pass through, and fail with
/// the application.
/// </summary>
internal static class ProbeRewrite
{
    /// <summary>Path of the sidecar's admin server that answers for a port.</summary>
    private const string Path = "/probe/tcp?port=";

    private static readonly string[] Lists = ["initContainers", "containers"];

    /// <summary>Puts the sidecar's answer in the place of each tcpSocket; all other fields of the probes stay.</summary>
    public static void Apply(PatchRecorder pod, SidecarPlan plan)
    {
        foreach (var probe in plan.Probes)
            Set(pod, probe.Container, probe.Probe, "tcpSocket", "httpGet", Action(probe, plan));
    }

    /// <summary>The pod's probes ask the sidecar as the plan wants it.</summary>
    public static bool IsApplied(PodView pod, SidecarPlan plan) => plan.Probes.All(p =>
        pod.AllContainers.FirstOrDefault(c => PodView.Text(c, "name") == p.Container)?[p.Probe] is JsonObject probe
        && JsonNode.DeepEquals(probe["httpGet"], Action(p, plan)));

    /// <summary>Puts the author's tcpSocket back. A probe that somebody has changed since is theirs.</summary>
    public static void Restore(PatchRecorder pod, InjectionStatus status)
    {
        foreach (var (name, socket) in status.Probes ?? new Dictionary<string, JsonObject>())
        {
            var divider = name.IndexOf('/', StringComparison.Ordinal);
            if (divider > 0 && socket is not null && PodPorts.Probes.Contains(name[(divider + 1)..]))
                Set(pod, name[..divider], name[(divider + 1)..], "httpGet", "tcpSocket", socket);
        }
    }

    private static JsonObject Action(TcpProbe probe, SidecarPlan plan) => new()
    {
        ["path"] = Path + probe.Port.ToString(CultureInfo.InvariantCulture),
        ["port"] = plan.Ports.Admin,
        ["scheme"] = "HTTP",
    };

    // The new action stands where the old one stood, so that taking it back leaves no trace.
    private static void Set(PatchRecorder pod, string container, string probe, string from, string to, JsonObject action)
    {
        foreach (var list in Lists)
        {
            var containers = pod.Document["spec"]?[list] as JsonArray ?? [];
            for (var i = 0; i < containers.Count; i++)
            {
                if (containers[i] is not JsonObject one || PodView.Text(one, "name") != container || one[probe] is not JsonObject old || !IsOurs(old, from))
                    continue;
                var changed = new JsonObject(old.Select(p => p.Key == from ? KeyValuePair.Create(to, (JsonNode?)action.DeepClone()) : KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
                pod.Set(changed, "spec", list, i.ToString(CultureInfo.InvariantCulture), probe);
            }
        }
    }

    private static bool IsOurs(JsonObject probe, string action) => action == "httpGet"
        ? PodView.Text(probe["httpGet"] as JsonObject, "path")?.StartsWith(Path, StringComparison.Ordinal) == true
        : probe[action] is JsonObject;
}
