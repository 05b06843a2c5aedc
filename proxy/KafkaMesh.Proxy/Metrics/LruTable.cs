using System.Numerics;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// A table of bounded size whose least recently used entries make room, but only in a sweep, only when somebody wanted room, and only
/// those that nobody has used for <see cref="SeriesLimits.IdleTime"/>. So no lookup ever evicts, and whoever makes up names can turn the table over
/// once in that time at most and never pushes out what is in use. Lookups take no lock and allocate nothing.
/// </summary>
/// <remarks>
/// Open addressing, never more than half full. A slot once filled stays as it is; a sweep that removes entries publishes a new array.
/// Callers serialise <see cref="TryAdd"/> and <see cref="Sweep"/>; lookups may run beside them.
/// </remarks>
/// <typeparam name="T">The entries.</typeparam>
/// <param name="capacity">How many entries are kept, from 0 on.</param>
internal sealed class LruTable<T>(int capacity)
    where T : LruEntry
{
    // A sweep makes room for some, not for all that may come: an idle series that nobody's place is needed from stays.
    private const int PartsOfASweep = 8;

    private static readonly long IdleTicks = Ticks.From(SeriesLimits.IdleTime);

    private readonly int _batch = 1 + (capacity / PartsOfASweep);
    private T?[] _slots = new T?[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 1) * 2)];
    private int _count;
    private long _now;
    private bool _hasClock;
    private bool _isWanted;

    /// <summary>How many entries there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>It is full and somebody wanted room since the last sweep.</summary>
    public bool IsWanted => Volatile.Read(ref _isWanted);

    /// <summary>The entry of a key, without using it.</summary>
    public T? Find(ReadOnlySpan<byte> key)
    {
        var hash = LruEntry.HashOf(key);
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            var entry = Volatile.Read(ref slots[slot]);
            if (entry is null || (entry.Hash == hash && key.SequenceEqual(entry.Key)))
                return entry;
        }
    }

    /// <summary>The entry of a key, which counts as used now.</summary>
    public T? Use(ReadOnlySpan<byte> key)
    {
        var entry = Find(key);
        if (entry is not null)
            Touch(entry);
        return entry;
    }

    /// <summary>The entry counts as used now.</summary>
    public void Touch(T entry) => entry.Touch(Volatile.Read(ref _now));

    /// <summary>Whether there is room. If not, the next sweep makes some.</summary>
    public bool HasRoom()
    {
        if (Count < capacity)
            return true;
        if (!IsWanted)
            Volatile.Write(ref _isWanted, true);
        return false;
    }

    /// <summary>Adds an entry whose key the table does not have.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(T entry)
    {
        if (!HasRoom())
            return false;
        entry.Touch(_now);
        Volatile.Write(ref _slots[FreeSlot(_slots, entry)], entry);
        Volatile.Write(ref _count, _count + 1);
        return true;
    }

    /// <summary>
    /// To be called about once a second: tells the time and, when somebody wanted room since the last call, retires the least recently
    /// used of the idle entries, at most about an eighth of the table.
    /// </summary>
    /// <param name="now"><see cref="System.Diagnostics.Stopwatch"/> ticks.</param>
    /// <returns>What was removed.</returns>
    public T[] Sweep(long now)
    {
        if (!_hasClock)
        {
            _hasClock = true;
            foreach (var entry in _slots)
                entry?.Touch(now);
        }

        Volatile.Write(ref _now, now);
        if (!_isWanted)
            return [];
        Volatile.Write(ref _isWanted, false);
        var oldest = Idle(now);
        if (oldest.Length > 0)
            Remove(oldest);
        return oldest;
    }

    private T[] Idle(long now)
    {
        List<T>? idle = null;
        foreach (var entry in _slots)
        {
            if (entry is not null && now - entry.LastUsed >= IdleTicks)
                (idle ??= []).Add(entry);
        }

        return idle is null ? [] : [.. idle.OrderBy(entry => entry.LastUsed).Take(_batch)];
    }

    private void Remove(T[] removed)
    {
        foreach (var entry in removed)
            entry.Retire();
        var slots = new T?[_slots.Length];
        foreach (var entry in _slots)
        {
            if (entry is { IsRetired: false })
                slots[FreeSlot(slots, entry)] = entry;
        }

        Volatile.Write(ref _slots, slots);
        Volatile.Write(ref _count, _count - removed.Length);
    }

    private static int FreeSlot(T?[] slots, T entry)
    {
        var mask = slots.Length - 1;
        var slot = entry.Hash & mask;
        while (slots[slot] is not null)
            slot = (slot + 1) & mask;
        return slot;
    }
}
