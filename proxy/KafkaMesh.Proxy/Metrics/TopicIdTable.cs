using System.Buffers.Binary;
using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Topic id → topic name, learnt from the Metadata and CreateTopics responses of any connection. Lookups take no lock. In a full
/// table the ids that nobody looked up for a while make room (<see cref="LruTable{T}"/>): an id that is listed again and again, as all
/// topics of a cluster are, is not thereby in use.
/// </summary>
internal sealed class TopicIdTable
{
    /// <summary>How many ids are kept.</summary>
    public const int Capacity = 4096;

    private readonly LruTable<TopicIdName> _table = new(Capacity);
    private readonly Lock _changing = new();

    /// <summary>Looks an id up.</summary>
    /// <param name="id">The id.</param>
    /// <param name="name">The name as it stood on the wire; empty when the id is unknown.</param>
    /// <returns>Whether the id is known.</returns>
    public bool TryGetName(TopicId id, out ReadOnlySpan<byte> name)
    {
        Span<byte> key = stackalloc byte[TopicId.SizeInBytes];
        Write(id, key);
        var known = _table.Use(key);
        name = known is null ? default : known.Name;
        return known is not null;
    }

    /// <summary>Learns an id; the zero id and empty names mean "none" and are passed over.</summary>
    /// <returns>False when the table is full.</returns>
    public bool Learn(TopicId id, ReadOnlySpan<byte> name)
    {
        if (id.IsZero || name.IsEmpty || name.Length > NameTable.MaxNameBytes)
            return true;
        Span<byte> key = stackalloc byte[TopicId.SizeInBytes];
        Write(id, key);
        if (_table.Find(key) is not null)
            return true;
        if (!_table.HasRoom())
            return false;
        lock (_changing)
            return _table.Find(key) is not null || _table.TryAdd(new TopicIdName(key.ToArray(), name.ToArray()));
    }

    /// <summary>See <see cref="LruTable{T}.Sweep"/>.</summary>
    /// <returns>How many ids made room.</returns>
    public int Sweep(long now)
    {
        lock (_changing)
            return _table.Sweep(now).Length;
    }

    private static void Write(TopicId id, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], id.Low);
    }
}
