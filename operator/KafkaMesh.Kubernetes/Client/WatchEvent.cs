namespace KafkaMesh.Kubernetes.Client;

/// <summary>One change that a watch reports.</summary>
/// <typeparam name="TEntity">The entity.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="ResourceVersion">Version that a new watch may start after; opaque.</param>
/// <param name="Entity">The object; null for a bookmark.</param>
public readonly record struct WatchEvent<TEntity>(WatchEventType Type, string ResourceVersion, TEntity? Entity)
    where TEntity : class;
