namespace KafkaMesh.Proxy.Metrics;

/// <summary>An entry of a <see cref="LruTable{T}"/>.</summary>
/// <param name="key">Its key; never changed.</param>
internal abstract class LruEntry(byte[] key)
{
    private long _lastUsed;
    private volatile bool _isRetired;

    /// <summary>Its key.</summary>
    public ReadOnlySpan<byte> Key => key;

    /// <summary>Hash of the key.</summary>
    public int Hash { get; } = HashOf(key);

    /// <summary>When it was used last: the time of the table's last sweep before that, <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>It made room for others; whoever still holds it must not count under it.</summary>
    public bool IsRetired => _isRetired;

    /// <summary>Notes a use. Any thread may; all write the same until the next sweep, and only the first of them writes.</summary>
    public void Touch(long now)
    {
        if (LastUsed != now)
            Volatile.Write(ref _lastUsed, now);
    }

    /// <summary>Marks it.</summary>
    public void Retire() => _isRetired = true;

    /// <summary>Hash of a key; seeded per process, so that hostile names cannot aim at one slot.</summary>
    public static int HashOf(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
