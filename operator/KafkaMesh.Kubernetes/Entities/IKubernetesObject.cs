namespace KafkaMesh.Kubernetes.Entities;

/// <summary>What every Kubernetes object says about itself (the name is KubernetesClient's).</summary>
public interface IKubernetesObject
{
    /// <summary>Group and version, <c>kafkamesh.io/v1alpha1</c>; absent in the items of a list of a built-in type.</summary>
    string? ApiVersion { get; }

    /// <summary>Kind; absent in the items of a list of a built-in type.</summary>
    string? Kind { get; }
}
