using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Watching;

/// <summary>A difference between two states of a store; deletes found by listing anew are among them.</summary>
/// <typeparam name="TEntity">The entity.</typeparam>
/// <param name="Type">Added, modified or deleted.</param>
/// <param name="Key">Key of the object.</param>
/// <param name="Old">State before; null when added.</param>
/// <param name="New">State after; null when deleted and the last state was not seen.</param>
public readonly record struct ResourceChange<TEntity>(WatchEventType Type, NamespacedName Key, TEntity? Old, TEntity? New)
    where TEntity : class
{
    /// <summary>The newest known state: after the change, or the last one before a delete.</summary>
    public TEntity Entity => New ?? Old ?? throw new InvalidOperationException($"The change of {Key} carries no state.");
}
