using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>
/// The cluster's state: immutable snapshots of objects under one growing resourceVersion, with optimistic writes and a bounded history
/// that watches and consistent lists read. It knows nothing of kinds, finalizers or admission. Thread-safe.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, StoredObject>> _storages = new(StringComparer.Ordinal);
    private readonly StoreOptions _options;
    private readonly EventHistory _history;
    private TaskCompletionSource _changed = NewSignal();
    private long _compacted;
    private int _objects;
    private int _subscriptions;

    /// <summary>Creates an empty store whose first object gets version 2.</summary>
    public ObjectStore(StoreOptions? options = null)
    {
        _options = options ?? new StoreOptions();
        _history = new EventHistory(_options.HistoryLength, startVersion: 1);
    }

    /// <summary>The version of the last change.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _history.LastVersion;
            }
        }
    }

    /// <summary>The oldest version from which a watch can still start.</summary>
    public long OldestVersion
    {
        get
        {
            lock (_lock)
            {
                return _history.OldestVersion;
            }
        }
    }

    /// <summary>The version before which consistent lists and continue tokens have expired.</summary>
    public long CompactedVersion
    {
        get
        {
            lock (_lock)
            {
                return _compacted;
            }
        }
    }

    /// <summary>The stored object, or null.</summary>
    public StoredObject? Get(ObjectKey key)
    {
        lock (_lock)
        {
            return Find(key);
        }
    }

    /// <summary>Stores a new object; the store keeps a copy with <c>metadata.resourceVersion</c> set.</summary>
    /// <exception cref="StoreException">AlreadyExists or Full.</exception>
    public StoredObject Create(ObjectKey key, JsonObject value)
    {
        lock (_lock)
        {
            if (Find(key) is not null)
            {
                throw new StoreException(StoreFailure.AlreadyExists, $"{key.Storage} \"{key.Name}\" exists already.");
            }

            if (_objects >= _options.MaxObjects)
            {
                throw new StoreException(StoreFailure.Full, $"The store holds {_objects} objects already, which is its bound.");
            }

            var stored = Stamp(key, value, _history.LastVersion + 1);
            StorageOf(key.Storage)[PathOf(key)] = stored;
            _objects++;
            Commit(new StoreEvent(stored.Version, null, stored, null));
            return stored;
        }
    }

    /// <summary>
    /// Replaces an object if it still has <paramref name="expectedVersion"/>. The same content makes no event and no new version:
    /// the stored object comes back.
    /// </summary>
    /// <exception cref="StoreException">NotFound or VersionConflict.</exception>
    public StoredObject Update(ObjectKey key, long expectedVersion, JsonObject value)
    {
        lock (_lock)
        {
            var previous = FindExpected(key, expectedVersion);
            var unchanged = Stamp(key, value, previous.Version);
            if (JsonNode.DeepEquals(unchanged.Value, previous.Value))
            {
                return previous;
            }

            var stored = Stamp(key, value, _history.LastVersion + 1);
            StorageOf(key.Storage)[PathOf(key)] = stored;
            Commit(new StoreEvent(stored.Version, previous, stored, null));
            return stored;
        }
    }

    /// <summary>Removes an object if it still has <paramref name="expectedVersion"/>; <paramref name="lastState"/> (by default the stored one) is what watchers see.</summary>
    /// <returns>The last state with the version of the removal.</returns>
    /// <exception cref="StoreException">NotFound or VersionConflict.</exception>
    public StoredObject Remove(ObjectKey key, long expectedVersion, JsonObject? lastState = null)
    {
        lock (_lock)
        {
            var previous = FindExpected(key, expectedVersion);
            var removed = Stamp(key, lastState ?? previous.Value, _history.LastVersion + 1);
            StorageOf(key.Storage).Remove(PathOf(key));
            _objects--;
            Commit(new StoreEvent(removed.Version, previous, null, removed));
            return removed;
        }
    }

    /// <summary>All objects of a storage, of one namespace or (null) of all.</summary>
    public StoreList List(string storage, string? @namespace = null)
    {
        lock (_lock)
        {
            return new StoreList(_history.LastVersion, [.. Items(storage, @namespace)]);
        }
    }

    /// <summary>The objects of a storage as they were at an older version.</summary>
    /// <exception cref="StoreException">Expired when the history does not reach back, TooLarge for a version that has not happened.</exception>
    public StoreList ListAt(string storage, string? @namespace, long version)
    {
        lock (_lock)
        {
            if (version > _history.LastVersion)
            {
                throw new StoreException(StoreFailure.TooLarge, $"Version {version} has not happened; the last one is {_history.LastVersion}.");
            }

            if (version < Math.Max(_history.OldestVersion, _compacted))
            {
                throw new StoreException(StoreFailure.Expired, $"Version {version} has left the history.");
            }

            var items = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
            foreach (var item in Items(storage, @namespace))
            {
                items[PathOf(item.Key)] = item;
            }

            Rewind(items, storage, @namespace, version);
            return new StoreList(version, [.. items.Values]);
        }
    }

    /// <summary>
    /// Follows the changes of a storage (of one namespace or of all) that come after <paramref name="afterVersion"/>. Nothing is buffered per
    /// subscriber: a reader that falls behind the history is told so and must list again.
    /// </summary>
    /// <exception cref="StoreException">Expired when the version has left the history, Full when too many subscriptions are open.</exception>
    public StoreSubscription Subscribe(string storage, string? @namespace, long afterVersion)
    {
        lock (_lock)
        {
            if (afterVersion < _history.OldestVersion)
            {
                throw new StoreException(StoreFailure.Expired, $"Version {afterVersion} has left the history.");
            }

            if (_subscriptions >= _options.MaxSubscriptions)
            {
                throw new StoreException(StoreFailure.Full, $"{_subscriptions} watches are open already, which is the bound.");
            }

            _subscriptions++;
            return new StoreSubscription(this, storage, @namespace, afterVersion);
        }
    }

    /// <summary>Forgets what lies before <paramref name="version"/> for consistent lists and continue tokens, as etcd's compaction does; watches keep their history.</summary>
    public void Compact(long version)
    {
        lock (_lock)
        {
            _compacted = Math.Min(version, _history.LastVersion);
        }
    }

    /// <summary>Completes when a change after <paramref name="version"/> has been committed.</summary>
    public Task WaitForChangeAsync(long version, CancellationToken cancel)
    {
        lock (_lock)
        {
            return _history.LastVersion > version ? Task.CompletedTask : _changed.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Copies the changes after <paramref name="version"/> (at most a few hundred) and returns the version reached.</summary>
    internal long Read(long version, string storage, string? @namespace, List<StoreEvent> into)
    {
        const int MostAtOnce = 512;
        lock (_lock)
        {
            if (version < _history.OldestVersion)
            {
                throw new StoreException(StoreFailure.Expired, $"The reader at version {version} fell behind the history, which starts at {_history.OldestVersion}.");
            }

            while (version < _history.LastVersion && into.Count < MostAtOnce)
            {
                version++;
                var change = _history.At(version);
                if (Concerns(change.Key, storage, @namespace))
                {
                    into.Add(change);
                }
            }

            return version;
        }
    }

    internal void Unsubscribe()
    {
        lock (_lock)
        {
            _subscriptions--;
        }
    }

    private void Rewind(SortedDictionary<string, StoredObject> items, string storage, string? @namespace, long version)
    {
        for (var at = _history.LastVersion; at > version; at--)
        {
            var change = _history.At(at);
            if (!Concerns(change.Key, storage, @namespace))
            {
                continue;
            }

            if (change.Previous is null)
            {
                items.Remove(PathOf(change.Key));
            }
            else
            {
                items[PathOf(change.Key)] = change.Previous;
            }
        }
    }

    private void Commit(StoreEvent change)
    {
        _history.Append(change);
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }

    private StoredObject FindExpected(ObjectKey key, long expectedVersion)
    {
        var stored = Find(key) ?? throw new StoreException(StoreFailure.NotFound, $"{key.Storage} \"{key.Name}\" does not exist.");
        return stored.Version == expectedVersion
            ? stored
            : throw new StoreException(StoreFailure.VersionConflict, $"{key.Storage} \"{key.Name}\" has version {stored.Version}, not {expectedVersion}.");
    }

    private StoredObject? Find(ObjectKey key) => _storages.GetValueOrDefault(key.Storage)?.GetValueOrDefault(PathOf(key));

    private IEnumerable<StoredObject> Items(string storage, string? @namespace)
    {
        var all = _storages.GetValueOrDefault(storage)?.Values ?? Enumerable.Empty<StoredObject>();
        return @namespace is null ? all : all.Where(o => o.Key.Namespace == @namespace);
    }

    private SortedDictionary<string, StoredObject> StorageOf(string storage)
    {
        if (!_storages.TryGetValue(storage, out var items))
        {
            _storages[storage] = items = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        }

        return items;
    }

    private static StoredObject Stamp(ObjectKey key, JsonObject value, long version)
    {
        // Through text, so that every value reads as one from the wire does, whichever number type a component inside the process used.
        var copy = (JsonObject)JsonNode.Parse(value.ToJsonString())!;
        if (copy["metadata"] is not JsonObject metadata)
        {
            copy["metadata"] = metadata = [];
        }

        metadata["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(key, copy, version);
    }

    private static bool Concerns(ObjectKey key, string storage, string? @namespace) =>
        key.Storage == storage && (@namespace is null || key.Namespace == @namespace);

    private static string PathOf(ObjectKey key) => key.Namespace.Length == 0 ? key.Name : $"{key.Namespace}/{key.Name}";

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
