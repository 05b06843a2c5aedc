using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>All that a diagnosis looks at, as it was read.</summary>
internal sealed record ClusterSight
{
    /// <summary>Namespace of the operator.</summary>
    public required string OperatorNamespace { get; init; }

    /// <summary>Where nothing is injected.</summary>
    public ProtectedNamespaces Protected => new(OperatorNamespace, Deployment.Value is { } deployment ? new DeploymentFacts(deployment).ProtectedNamespaces : []);

    /// <summary>The Pod Security level that the operator takes for the cluster's default; privileged where its Deployment may not be read.</summary>
    public string DefaultPodSecurity => Deployment.Value is { } deployment ? new DeploymentFacts(deployment).DefaultPodSecurity : PodSecurityLevel.Privileged;

    /// <summary>When it was read.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Version of the command line.</summary>
    public required string Version { get; init; }

    /// <summary>The server's version. When it cannot be had, nothing else was read.</summary>
    public required Sight<VersionInfo> Server { get; init; }

    /// <summary>Why only one namespace was looked at; null when all were, or one was asked for.</summary>
    public string? Narrowed { get; init; }

    /// <summary>The one namespace that was looked at; null: all.</summary>
    public string? OnlyNamespace { get; init; }

    /// <summary>The definition of KafkaMonitors.</summary>
    public Sight<JsonObject> Definition { get; init; }

    /// <summary>The operator's Deployment.</summary>
    public Sight<JsonObject> Deployment { get; init; }

    /// <summary>Its replicas.</summary>
    public Sight<IReadOnlyList<ReplicaSight>> Replicas { get; init; }

    /// <summary>The leader's lease.</summary>
    public Sight<V1Lease> Lease { get; init; }

    /// <summary>The lease looked expired and was renewed while it was watched: clocks differ.</summary>
    public bool LeaseMoved { get; init; }

    /// <summary>Labels and annotations of the operator's namespace, which may switch injection off for the whole cluster.</summary>
    public Sight<NamespaceFacts> OwnNamespace { get; init; }

    /// <summary>The operator's Service.</summary>
    public Sight<JsonObject> Service { get; init; }

    /// <summary>EndpointSlices of it.</summary>
    public Sight<IReadOnlyList<JsonObject>> Slices { get; init; }

    /// <summary>All mutating webhook configurations.</summary>
    public Sight<IReadOnlyList<JsonObject>> Webhooks { get; init; }

    /// <summary>Certificates of the authority's Secret in PEM, keys left out: the current one, then its predecessor.</summary>
    public Sight<IReadOnlyList<string>> Authority { get; init; }

    /// <summary>tls.crt and ca.crt of the mounted Secret in PEM; neither value nor problem without the overlay.</summary>
    public Sight<IReadOnlyList<string>> Mounted { get; init; }

    /// <summary>Grants that the operator lacks.</summary>
    public Sight<IReadOnlyList<OperatorGrant>> Lacking { get; init; }

    /// <summary>The monitors.</summary>
    public Sight<IReadOnlyList<SeenMonitor>> Monitors { get; init; }

    /// <summary>Namespaces that hold monitors, by name.</summary>
    public IReadOnlyDictionary<string, NamespaceSight> Namespaces { get; init; } = new Dictionary<string, NamespaceSight>();

    /// <summary>Pods that carry a sidecar, of all namespaces.</summary>
    public Sight<IReadOnlyList<SeenPod>> Injected { get; init; }

    /// <summary>What the cluster can do.</summary>
    public Sight<ClusterFacts> Facts { get; init; }

    /// <summary>Trials.</summary>
    public IReadOnlyList<ProbeSight> Probes { get; init; } = [];

    /// <summary>The registration of the injector; null when there is none or none can be seen.</summary>
    public JsonObject? InjectorRegistration =>
        Webhooks.Value?.FirstOrDefault(w => w["metadata"]?["name"]?.ToString() == Contracts.WellKnownNames.WebhookConfigurationName);
}
