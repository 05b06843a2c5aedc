using KafkaMesh.Contracts;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>What <c>kafkamesh inject</c> was asked for.</summary>
internal sealed record InjectOptions
{
    /// <summary>Files, directories and <c>-</c>.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Whether directories are searched to the bottom.</summary>
    public bool Recursive { get; init; }

    /// <summary>Files with further KafkaMonitors.</summary>
    public IReadOnlyList<string> MonitorFiles { get; init; } = [];

    /// <summary>Namespace of objects that name none; null: the context's with a cluster, else <c>default</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>Namespace of the operator: nothing is injected there, and its annotation may switch injection off.</summary>
    public string OperatorNamespace { get; init; } = WellKnownNames.SystemNamespace;

    /// <summary>Namespaces in which nothing is injected, besides those of every cluster and those that the cluster's operator protects.</summary>
    public IReadOnlyList<string> ProtectedNamespaces { get; init; } = [];

    /// <summary>Pod Security level of namespaces without a label; null: what the cluster's operator says, else privileged.</summary>
    public string? DefaultPodSecurity { get; init; }

    /// <summary>Image of init container and sidecar; null: that of the cluster's operator, else this version's.</summary>
    public string? Image { get; init; }

    /// <summary>Always, IfNotPresent or Never; null: that of the cluster's operator, else IfNotPresent.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>Minor version of the oldest Kubernetes 1 that shall run the pods; null: not given.</summary>
    public int? KubernetesMinor { get; init; }

    /// <summary>Whether a cluster is asked for monitors, namespaces and its version.</summary>
    public bool Cluster { get; init; }

    /// <summary>Kubeconfig file or files; null: as kubectl finds them.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context; null: the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Format of the output; null: every document keeps its own.</summary>
    public ManifestFormat? Output { get; init; }
}
