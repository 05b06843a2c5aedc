using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Admission;

/// <summary>Everything that an injection decision depends on.</summary>
/// <param name="Pod">The pod as received; it is never changed.</param>
/// <param name="Namespace">The pod's namespace, taken from the admission request: the pod itself need not name it.</param>
/// <param name="Monitors">KafkaMonitors of that namespace.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Defaults">The operator's configuration.</param>
internal sealed record InjectionRequest(
    JsonObject Pod,
    NamespaceFacts Namespace,
    MonitorSet Monitors,
    ClusterFacts Cluster,
    SidecarDefaults Defaults)
{
    /// <summary>
    /// The pod is a template as its author wrote it: what the API server adds before it calls a webhook, such as the mount of
    /// the service account token, is still to come.
    /// </summary>
    public bool IsTemplate { get; init; }
}
