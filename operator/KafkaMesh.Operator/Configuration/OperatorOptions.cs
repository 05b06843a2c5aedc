using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Dashboard;

namespace KafkaMesh.Operator.Configuration;

/// <summary>Configuration of <c>kafkamesh operator</c>, parsed once.</summary>
internal sealed record OperatorOptions
{
    /// <summary>Kubeconfig file; null: the service account of the pod.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Namespace of the operator: Secret, Lease and Service live here.</summary>
    public required string Namespace { get; init; }

    /// <summary>Namespaces in which nothing is injected, besides those of every cluster.</summary>
    public IReadOnlyList<string> ProtectedNamespaces { get; init; } = [];

    /// <summary>Pod Security level that counts for namespaces without the label.</summary>
    public string DefaultPodSecurity { get; init; } = PodSecurityLevel.Privileged;

    /// <summary>Port of the webhook; 0 takes a free one.</summary>
    public required int WebhookPort { get; init; }

    /// <summary>Directory with tls.crt, tls.key and ca.crt to serve the webhook with; null: the operator issues its own.</summary>
    public string? WebhookCertDirectory { get; init; }

    /// <summary>Port of /metrics, /livez and /readyz; 0 takes a free one.</summary>
    public required int MetricsPort { get; init; }

    /// <summary>The dashboard; null: it is off.</summary>
    public required DashboardOptions? Dashboard { get; init; }

    /// <summary>Image of the sidecar.</summary>
    public required string ProxyImage { get; init; }

    /// <summary>Always, IfNotPresent or Never.</summary>
    public required string ProxyImagePullPolicy { get; init; }

    /// <summary>Secrets that the sidecar's image is pulled with.</summary>
    public IReadOnlyList<string> ProxyImagePullSecrets { get; init; } = [];

    /// <summary>Service through which the API server reaches the webhook.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Whether replicas elect a leader; without, this one controls.</summary>
    public required bool LeaderElect { get; init; }

    /// <summary>How long a leader that is heard of no more is waited for.</summary>
    public required TimeSpan LeaseDuration { get; init; }

    /// <summary>debug, info, warning or error.</summary>
    public required string LogLevel { get; init; }

    /// <summary>Seconds that the webhook serves on after SIGTERM, until every API server has stopped calling it.</summary>
    public required int ShutdownDelaySeconds { get; init; }
}
