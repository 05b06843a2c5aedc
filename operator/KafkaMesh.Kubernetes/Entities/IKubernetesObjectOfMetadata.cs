namespace KafkaMesh.Kubernetes.Entities;

/// <summary>A Kubernetes object with metadata.</summary>
/// <typeparam name="TMetadata"><see cref="V1ObjectMeta"/> for objects, <see cref="V1ListMeta"/> for lists.</typeparam>
public interface IKubernetesObject<out TMetadata> : IKubernetesObject
{
    /// <summary>The metadata; empty rather than null.</summary>
    TMetadata Metadata { get; }
}
