using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Topic id → topic name, learnt from the Metadata and CreateTopics responses of any connection. Lookups take no lock; a full
/// table learns nothing more.
/// </summary>
internal sealed class TopicIdTable
{
    /// <summary>How many ids are kept.</summary>
    public const int Capacity = 4096;

    private readonly Entry?[] _slots = new Entry?[Capacity * 2];
    private readonly Lock _adding = new();
    private int _count;

    /// <summary>Looks an id up.</summary>
    /// <param name="id">The id.</param>
    /// <param name="name">The name as it stood on the wire; empty when the id is unknown.</param>
    /// <returns>Whether the id is known.</returns>
    public bool TryGetName(TopicId id, out ReadOnlySpan<byte> name)
    {
        var entry = Volatile.Read(ref _slots[Find(id)]);
        name = entry is null ? default : entry.Name;
        return entry is not null;
    }

    /// <summary>Learns an id; the zero id and empty names mean "none" and are passed over.</summary>
    /// <returns>False when the table is full.</returns>
    public bool Learn(TopicId id, ReadOnlySpan<byte> name)
    {
        if (id.IsZero || name.IsEmpty || name.Length > NameTable.MaxNameBytes || TryGetName(id, out _))
            return true;
        lock (_adding)
        {
            var slot = Find(id);
            if (_slots[slot] is not null)
                return true;
            if (_count == Capacity)
                return false;
            Volatile.Write(ref _slots[slot], new Entry(id, name.ToArray()));
            _count++;
            return true;
        }
    }

    private int Find(TopicId id)
    {
        var mask = _slots.Length - 1;
        var slot = HashCode.Combine(id.High, id.Low) & mask;
        while (Volatile.Read(ref _slots[slot]) is { } entry && entry.Id != id)
            slot = (slot + 1) & mask;
        return slot;
    }

    private sealed record Entry(TopicId Id, byte[] Name);
}
