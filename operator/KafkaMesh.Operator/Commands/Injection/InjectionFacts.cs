using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>What injection into manifests knows: gathered from the manifests, from files of monitors and from a cluster.</summary>
internal sealed class InjectionFacts
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Namespace of objects that name none.</summary>
    public required string DefaultNamespace { get; init; }

    /// <summary>KafkaMonitors of all namespaces.</summary>
    public List<MonitorCandidate> Monitors { get; } = [];

    /// <summary>Namespaces that are known; of others neither labels nor annotations are.</summary>
    public Dictionary<string, NamespaceFacts> Namespaces { get; } = new(StringComparer.Ordinal);

    /// <summary>The cluster that the pods are for.</summary>
    public ClusterFacts Cluster { get; set; } = new(NativeSidecars: false);

    /// <summary>Image, pull policy and version.</summary>
    public required SidecarDefaults Defaults { get; init; }

    /// <summary>Where nothing is injected.</summary>
    public required ProtectedNamespaces Protected { get; init; }

    /// <summary>A monitor of defaults for every namespace; null when there are monitors to go by.</summary>
    public MonitorCandidate? FallbackMonitor { get; set; }

    /// <summary>LimitRanges by namespace, with their names: the first of a name counts.</summary>
    public Dictionary<(string Namespace, string Name), JsonObject> LimitRanges { get; } = [];

    /// <summary>What injection knows about a namespace.</summary>
    public NamespaceFacts NamespaceOf(string name) => (Namespaces.GetValueOrDefault(name) ?? new NamespaceFacts(name, Nothing, Nothing)) with
    {
        Limits = NamespaceLimits.Of([.. LimitRanges.Where(r => r.Key.Namespace == name).Select(r => r.Value)]),
    };

    /// <summary>The monitors of a namespace.</summary>
    public MonitorSet MonitorsOf(string name) =>
        FallbackMonitor is { } fallback ? [fallback with { Namespace = name }] : [.. Monitors.Where(m => m.Namespace == name)];

    /// <summary>Notes a monitor; one of the same name that is known already stays.</summary>
    public void Add(MonitorCandidate monitor)
    {
        if (!Monitors.Exists(m => m.Namespace == monitor.Namespace && m.Name == monitor.Name))
            Monitors.Add(monitor);
    }
}
