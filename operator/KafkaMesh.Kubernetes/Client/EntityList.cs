using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>A list, or a page of it.</summary>
/// <typeparam name="TEntity">The entity.</typeparam>
/// <param name="Items">The objects; empty when the server wrote null.</param>
/// <param name="Metadata">Resource version and continue token.</param>
public sealed record EntityList<TEntity>(IReadOnlyList<TEntity> Items, V1ListMeta Metadata)
{
    /// <summary>Token for the next page; null on the last one.</summary>
    public string? Continue => string.IsNullOrEmpty(Metadata.Continue) ? null : Metadata.Continue;
}
