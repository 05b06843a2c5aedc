using System.Collections.Concurrent;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Watching;

/// <summary>An informer's cache: knows every object that the server has shown, and what a new list means for them. One writer, many readers.</summary>
/// <typeparam name="TEntity">The entity.</typeparam>
/// <param name="type">Its registration.</param>
internal sealed class EntityStore<TEntity>(EntityType<TEntity> type) : IEntityStore<TEntity>
    where TEntity : class
{
    private readonly ConcurrentDictionary<NamespacedName, Stored> _objects = new();

    /// <inheritdoc/>
    public int Count => _objects.Count;

    /// <inheritdoc/>
    public TEntity? Get(NamespacedName key) => _objects.TryGetValue(key, out var stored) ? stored.Entity : null;

    /// <inheritdoc/>
    public IReadOnlyCollection<TEntity> List() => [.. _objects.Select(pair => pair.Value.Entity)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TEntity> ListNamespace(string namespaceName) =>
        [.. _objects.Where(pair => pair.Key.Namespace == namespaceName).Select(pair => pair.Value.Entity)];

    /// <summary>Takes a complete list and says what it changed; what it lacks was deleted while nobody watched.</summary>
    public List<ResourceChange<TEntity>> Replace(IReadOnlyList<TEntity> listed)
    {
        var changes = new List<ResourceChange<TEntity>>();
        var present = new HashSet<NamespacedName>(listed.Count);
        foreach (var entity in listed)
        {
            present.Add(type.KeyOf(entity));
            AddTo(changes, Put(entity));
        }

        foreach (var (key, stored) in _objects)
        {
            if (!present.Contains(key) && _objects.TryRemove(key, out _))
            {
                changes.Add(new(WatchEventType.Deleted, key, stored.Entity, New: null));
            }
        }

        return changes;
    }

    /// <summary>Takes one event of a watch and says what it changed; null for a state that was known already.</summary>
    public List<ResourceChange<TEntity>> Apply(WatchEventType what, TEntity entity)
    {
        var changes = new List<ResourceChange<TEntity>>();
        if (what != WatchEventType.Deleted)
        {
            AddTo(changes, Put(entity));
        }
        else if (_objects.TryRemove(type.KeyOf(entity), out var last))
        {
            // The event shows the final state; for an object that left the selection it is one that never was in the store.
            changes.Add(new(WatchEventType.Deleted, type.KeyOf(entity), last.Entity, entity));
        }

        return changes;
    }

    private static void AddTo(List<ResourceChange<TEntity>> changes, (ResourceChange<TEntity>? Gone, ResourceChange<TEntity>? Change) result)
    {
        if (result.Gone is { } gone)
        {
            changes.Add(gone);
        }

        if (result.Change is { } change)
        {
            changes.Add(change);
        }
    }

    private (ResourceChange<TEntity>? Gone, ResourceChange<TEntity>? Change) Put(TEntity entity)
    {
        var key = type.KeyOf(entity);
        var metadata = type.MetadataOf(entity);
        var stored = new Stored(entity, metadata.Uid, metadata.ResourceVersion);
        if (!_objects.TryGetValue(key, out var old))
        {
            _objects[key] = stored;
            return (null, new(WatchEventType.Added, key, Old: null, entity));
        }

        if (old.Uid == stored.Uid && old.ResourceVersion == stored.ResourceVersion)
        {
            return (null, null);
        }

        _objects[key] = stored;
        return old.Uid == stored.Uid
            ? (null, new(WatchEventType.Modified, key, old.Entity, entity))
            // Another uid: the old one was deleted and one of the same name created while nobody watched.
            : (new(WatchEventType.Deleted, key, old.Entity, New: null), new(WatchEventType.Added, key, Old: null, entity));
    }

    private sealed record Stored(TEntity Entity, string? Uid, string? ResourceVersion);
}
