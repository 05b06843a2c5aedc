namespace KafkaMesh.Contracts;

/// <summary>Names, ports and ids that more than one process, manifest or user relies on. Nothing else spells them.</summary>
public static class WellKnownNames
{
    /// <summary>API group of KafkaMonitor and prefix of every annotation and label.</summary>
    public const string Group = "kafkamesh.io";

    /// <summary>Served and stored version of KafkaMonitor.</summary>
    public const string Version = "v1alpha1";

    /// <summary>Kind of the custom resource.</summary>
    public const string Kind = "KafkaMonitor";

    /// <summary>Plural resource name as it stands in URLs.</summary>
    public const string Plural = "kafkamonitors";

    /// <summary>Singular resource name.</summary>
    public const string Singular = "kafkamonitor";

    /// <summary>Short name for <c>kubectl get kmon</c>.</summary>
    public const string ShortName = "kmon";

    /// <summary>kubectl category: <c>kubectl get kafkamesh</c>.</summary>
    public const string Category = "kafkamesh";

    /// <summary>Namespace that the operator is installed into.</summary>
    public const string SystemNamespace = "kafkamesh-system";

    /// <summary>Deployment, ServiceAccount, Service and Lease of the operator.</summary>
    public const string OperatorName = "kafkamesh-operator";

    /// <summary>The MutatingWebhookConfiguration, shipped without entries.</summary>
    public const string WebhookConfigurationName = "kafkamesh-injector";

    /// <summary>Secret with the webhook's certificate authority.</summary>
    public const string WebhookCaSecretName = "kafkamesh-webhook-ca";

    /// <summary>ServiceAccount in whose name people look and tap.</summary>
    public const string TapAccount = "kafkamesh-tap";

    /// <summary>Audience of the tokens that the dashboard takes: one that is meant for the API server itself is none of them.</summary>
    public const string DashboardAudience = "kafkamesh";

    /// <summary>Header that carries a token where <c>Authorization</c> does not get through, as behind the API server's service proxy.</summary>
    public const string TokenHeader = "X-KafkaMesh-Token";

    /// <summary>Subresource of KafkaMonitors that stands for the permission to tap.</summary>
    public const string TapSubresource = "tap";

    /// <summary>Default port of the operator's dashboard.</summary>
    public const int DashboardPort = 8081;

    /// <summary>Field manager of every server-side apply.</summary>
    public const string FieldManager = "kafkamesh";

    /// <summary>Path of the pod mutation endpoint.</summary>
    public const string MutatePodsPath = "/mutate/pods";

    /// <summary>Annotation (pod or namespace): <c>enabled</c> or <c>disabled</c>.</summary>
    public const string InjectAnnotation = "kafkamesh.io/inject";

    /// <summary>Annotation on injected pods: what was injected, as JSON.</summary>
    public const string StatusAnnotation = "kafkamesh.io/status";

    /// <summary>Label on injected pods: the name of the KafkaMonitor.</summary>
    public const string MonitorLabel = "kafkamesh.io/monitor";

    /// <summary>Label on selected pods that were not injected; the value is a <see cref="SkipReason"/> name.</summary>
    public const string SkippedLabel = "kafkamesh.io/injection-skipped";

    /// <summary>Name of the init container that writes the redirect rules.</summary>
    public const string InitContainer = "kafkamesh-init";

    /// <summary>Name of the sidecar container.</summary>
    public const string ProxyContainer = "kafkamesh-proxy";

    /// <summary>User and group id of the sidecar: its own traffic is exempt from the redirect by it.</summary>
    public const int ProxyUserId = 4092;

    /// <summary>Default port that captured outbound connections are redirected to.</summary>
    public const int OutboundPort = 4591;

    /// <summary>Default port that captured inbound connections are redirected to.</summary>
    public const int InboundPort = 4592;

    /// <summary>Default port of the sidecar's admin server (<c>/metrics</c>, <c>/stats</c>, <c>/livez</c>, <c>/readyz</c>).</summary>
    public const int AdminPort = 4594;

    /// <summary>Default Kafka port that a KafkaMonitor captures.</summary>
    public const int KafkaPort = 9092;

    /// <summary>Prefix of every environment variable that configures a KafkaMesh process; one variable per flag.</summary>
    public const string EnvironmentPrefix = "KAFKAMESH_";

    /// <summary>Label value that collects everything beyond a limit.</summary>
    public const string OtherLabel = "__other__";

    /// <summary>Exit code for a wrong flag or variable (EX_USAGE of sysexits.h).</summary>
    public const int ExitUsage = 64;
}
