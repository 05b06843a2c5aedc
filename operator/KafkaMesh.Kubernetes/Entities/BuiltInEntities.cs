using System.Text.Json.Nodes;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Registrations of the built-in kinds that the operator touches; pods and the like are raw, so that fields of newer versions survive.</summary>
public static class BuiltInEntities
{
    /// <summary>Pods, raw.</summary>
    public static EntityType<JsonObject> Pods { get; } = EntityType.Raw(new("Pod", "v1", "", "pods"));

    /// <summary>Namespaces, metadata only.</summary>
    public static EntityType<PartialObjectMetadata> Namespaces { get; } = EntityType.MetadataOnly(new("Namespace", "v1", "", "namespaces", Namespaced: false));

    /// <summary>LimitRanges, raw.</summary>
    public static EntityType<JsonObject> LimitRanges { get; } = EntityType.Raw(new("LimitRange", "v1", "", "limitranges"));

    /// <summary>Nodes, raw.</summary>
    public static EntityType<JsonObject> Nodes { get; } = EntityType.Raw(new("Node", "v1", "", "nodes", Namespaced: false));

    /// <summary>ConfigMaps, raw.</summary>
    public static EntityType<JsonObject> ConfigMaps { get; } = EntityType.Raw(new("ConfigMap", "v1", "", "configmaps"));

    /// <summary>Secrets, raw.</summary>
    public static EntityType<JsonObject> Secrets { get; } = EntityType.Raw(new("Secret", "v1", "", "secrets"));

    /// <summary>Events of the core group.</summary>
    public static EntityType<Corev1Event> Events { get; } = EntityType.Create(new("Event", "v1", "", "events"), KubernetesJson.Default.Corev1Event);

    /// <summary>Leases.</summary>
    public static EntityType<V1Lease> Leases { get; } =
        EntityType.Create(new("Lease", "v1", "coordination.k8s.io", "leases"), KubernetesJson.Default.V1Lease);

    /// <summary>Mutating webhook configurations, raw.</summary>
    public static EntityType<JsonObject> MutatingWebhookConfigurations { get; } = EntityType.Raw(
        new("MutatingWebhookConfiguration", "v1", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", Namespaced: false));

    /// <summary>Custom resource definitions, raw.</summary>
    public static EntityType<JsonObject> CustomResourceDefinitions { get; } = EntityType.Raw(
        new("CustomResourceDefinition", "v1", "apiextensions.k8s.io", "customresourcedefinitions", Namespaced: false));

    /// <summary>Deployments, raw.</summary>
    public static EntityType<JsonObject> Deployments { get; } = EntityType.Raw(new("Deployment", "v1", "apps", "deployments"));
}
