using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Watching;

/// <summary>Read side of an informer's cache. Reads never block; what they return may be a moment old.</summary>
/// <typeparam name="TEntity">The entity. Treat a <see cref="System.Text.Json.Nodes.JsonObject"/> from here as read-only: it is shared.</typeparam>
public interface IEntityStore<TEntity>
    where TEntity : class
{
    /// <summary>Number of objects.</summary>
    int Count { get; }

    /// <summary>One object, or null.</summary>
    /// <param name="key">Its key.</param>
    TEntity? Get(NamespacedName key);

    /// <summary>All objects, in no particular order.</summary>
    IReadOnlyCollection<TEntity> List();

    /// <summary>All objects of a namespace, in no particular order.</summary>
    /// <param name="namespaceName">The namespace.</param>
    IReadOnlyCollection<TEntity> ListNamespace(string namespaceName);
}
