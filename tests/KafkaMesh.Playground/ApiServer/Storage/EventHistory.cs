namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>The last changes of the store in a ring. Not synchronised: the store holds its lock.</summary>
internal sealed class EventHistory
{
    private readonly StoreEvent[] _ring;
    private long _count;

    /// <summary>Creates a history that starts after <paramref name="startVersion"/>.</summary>
    public EventHistory(int length, long startVersion)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _ring = new StoreEvent[length];
        LastVersion = startVersion;
    }

    /// <summary>Version of the newest change, or the start version.</summary>
    public long LastVersion { get; private set; }

    /// <summary>The oldest version from which everything that followed is still known.</summary>
    public long OldestVersion => LastVersion - Math.Min(_count, _ring.Length);

    /// <summary>Adds the change that follows <see cref="LastVersion"/>.</summary>
    public void Append(StoreEvent change)
    {
        if (change.Version != LastVersion + 1)
        {
            throw new InvalidOperationException($"The history ends at {LastVersion}; it cannot take version {change.Version}.");
        }

        _ring[(int)(_count % _ring.Length)] = change;
        _count++;
        LastVersion = change.Version;
    }

    /// <summary>The change with the given version, which must be above <see cref="OldestVersion"/> and at most <see cref="LastVersion"/>.</summary>
    public StoreEvent At(long version)
    {
        if (version <= OldestVersion || version > LastVersion)
        {
            throw new ArgumentOutOfRangeException(nameof(version), version, "This version is not in the history.");
        }

        return _ring[(int)((_count - 1 - (LastVersion - version)) % _ring.Length)];
    }
}
