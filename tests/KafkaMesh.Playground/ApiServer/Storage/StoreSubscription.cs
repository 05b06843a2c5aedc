namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>A reader of the store's changes; it holds a position, not a buffer. One reader at a time.</summary>
internal sealed class StoreSubscription : IDisposable
{
    private readonly ObjectStore _store;
    private readonly string _storage;
    private readonly string? _namespace;
    private int _disposed;

    internal StoreSubscription(ObjectStore store, string storage, string? @namespace, long afterVersion)
    {
        _store = store;
        _storage = storage;
        _namespace = @namespace;
        Version = afterVersion;
    }

    /// <summary>The version up to which everything was read (also changes of other storages, which is what a bookmark tells).</summary>
    public long Version { get; private set; }

    /// <summary>Waits for changes and returns them in order; the list may be empty when only other storages changed.</summary>
    /// <exception cref="StoreException">Expired when this reader fell behind the history.</exception>
    public async Task<IReadOnlyList<StoreEvent>> ReadAsync(CancellationToken cancel)
    {
        await _store.WaitForChangeAsync(Version, cancel);
        var changes = new List<StoreEvent>();
        Version = _store.Read(Version, _storage, _namespace, changes);
        return changes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _store.Unsubscribe();
        }
    }
}
