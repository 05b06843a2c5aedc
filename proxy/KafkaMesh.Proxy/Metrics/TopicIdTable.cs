using System.Buffers.Binary;
using System.Numerics;
using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Topic id → topic name, learnt from the Metadata and CreateTopics responses of any connection; the id of KRaft's metadata log, which is in
/// none, is known without. Lookups take no lock. In a full
/// table the ids that nobody looked up for a while make room (<see cref="LruTable{T}"/>): an id that is listed again and again, as all
/// topics of a cluster are, is not thereby in use. Beside the table there is room for ids that were looked up in vain: in a cluster of more topics
/// than the table holds, those that this pod's clients use are learnt from the next list, wherever they stand in it.
/// </summary>
internal sealed class TopicIdTable
{
    /// <summary>How many ids are kept.</summary>
    public const int Capacity = 4096;

    /// <summary>How many ids are kept beyond that because they were looked up before they could be learnt.</summary>
    public const int Reserve = 512;

    // Uuid.METADATA_TOPIC_ID: the log of KRaft, which brokers and controllers fetch and no response names.
    private static readonly TopicId s_metadataTopic = new(0, 1);

    private readonly LruTable<TopicIdName> _table = new(Capacity);
    private readonly LruTable<TopicIdName> _reserve = new(Reserve);

    // Ids looked up in vain, one per place: a later one pushes an earlier one out, which is then looked up again.
    private readonly ulong[] _missed = new ulong[Reserve];
    private readonly Lock _changing = new();

    /// <summary>Looks an id up.</summary>
    /// <param name="id">The id.</param>
    /// <param name="name">The name as it stood on the wire; empty when the id is unknown.</param>
    /// <returns>Whether the id is known.</returns>
    public bool TryGetName(TopicId id, out ReadOnlySpan<byte> name)
    {
        if (id == s_metadataTopic)
        {
            name = "__cluster_metadata"u8;
            return true;
        }

        Span<byte> key = stackalloc byte[TopicId.SizeInBytes];
        Write(id, key);
        var known = _table.Use(key) ?? _reserve.Use(key);
        name = known is null ? default : known.Name;
        if (known is null && !id.IsZero && !_table.HasRoom())
            Volatile.Write(ref Missed(id), Tag(id));
        return known is not null;
    }

    /// <summary>Learns an id; the zero id and empty names mean "none" and are passed over.</summary>
    /// <returns>False when the table is full.</returns>
    public bool Learn(TopicId id, ReadOnlySpan<byte> name)
    {
        if (id.IsZero || id == s_metadataTopic || name.IsEmpty || name.Length > NameTable.MaxNameBytes)
            return true;
        Span<byte> key = stackalloc byte[TopicId.SizeInBytes];
        Write(id, key);
        if (IsKnown(key))
            return true;
        ref var missed = ref Missed(id);
        var table = Volatile.Read(ref missed) == Tag(id) ? _reserve : _table;
        if (!table.HasRoom())
            return false;
        lock (_changing)
        {
            if (!IsKnown(key) && !table.TryAdd(new TopicIdName(key.ToArray(), name.ToArray())))
                return false;
        }

        if (table == _reserve)
            Volatile.Write(ref missed, 0);
        return true;
    }

    /// <summary>See <see cref="LruTable{T}.Sweep"/>.</summary>
    /// <returns>How many ids made room.</returns>
    public int Sweep(long now)
    {
        lock (_changing)
            return _table.Sweep(now).Length + _reserve.Sweep(now).Length;
    }

    private bool IsKnown(ReadOnlySpan<byte> key) => _table.Find(key) is not null || _reserve.Find(key) is not null;

    private ref ulong Missed(TopicId id) => ref _missed[(int)(Tag(id) % Reserve)];

    // Ids are random (version 4), so that half of one tells it from the few others; never 0, which is an empty place.
    private static ulong Tag(TopicId id) => id.High ^ BitOperations.RotateLeft(id.Low, 1) | 1ul << 63;

    private static void Write(TopicId id, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], id.Low);
    }
}
