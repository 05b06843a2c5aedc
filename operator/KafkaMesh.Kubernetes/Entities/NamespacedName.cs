namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Key of an object within its kind: stores and work queues go by it.</summary>
/// <param name="Namespace">Namespace; null for cluster-scoped kinds.</param>
/// <param name="Name">Name.</param>
public readonly record struct NamespacedName(string? Namespace, string Name)
{
    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
