using System.Numerics;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Numbers the values of one label that traffic chooses (topics, groups, client ids): lookups by UTF-8 bytes take no lock and
/// allocate nothing; the string of a value is made once. A full table answers with <see cref="Other"/>.
/// </summary>
/// <remarks>Open addressing, never more than half full, entries never removed: a slot once filled stays as it is.</remarks>
internal sealed class NameTable
{
    /// <summary>Longest name that is kept whole, in bytes: Kafka allows topics of 249 and asks for no more of groups; longer names count as other.</summary>
    public const int MaxNameBytes = 512;

    private readonly Entry?[] _slots;
    private readonly Entry[] _entries;
    private readonly Lock _adding = new();
    private readonly int _limit;
    private readonly int _maxTextLength;
    private int _count;

    /// <summary>An empty table.</summary>
    /// <param name="limit">How many values get a number of their own, 0 to <see cref="SeriesLimits.Maximum"/>.</param>
    /// <param name="maxTextLength">Longest text of a value (<see cref="NameText"/>): what readers take; values beyond count as other.</param>
    public NameTable(int limit, int maxTextLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, SeriesLimits.Maximum);
        _limit = limit;
        _maxTextLength = maxTextLength;
        _entries = new Entry[limit];
        _slots = new Entry?[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(limit, 1) * 2)];
    }

    /// <summary>Number of every value beyond the limit; cells need <c>Other + 1</c> places.</summary>
    public int Other => _limit;

    /// <summary>How many values have a number of their own.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The text of a number below <see cref="Count"/>, see <see cref="NameText"/>.</summary>
    public string NameOf(int index) => _entries[index].Name;

    /// <summary>The bytes of a number below <see cref="Count"/>, as they stood on the wire.</summary>
    public ReadOnlySpan<byte> BytesOf(int index) => _entries[index].Utf8;

    /// <summary>Number of a value: its own, a new one, or <see cref="Other"/>.</summary>
    /// <param name="utf8">The value as it stood on the wire.</param>
    public int IndexOf(ReadOnlySpan<byte> utf8)
    {
        var hash = Hash(utf8);
        if (Find(utf8, hash) is { } found)
            return found.Index;
        return Count < _limit && IsNameable(utf8) ? Add(utf8, hash) : Other;
    }

    // A value that is spelled like the label of the rest would make two series of one name. An empty one is what a protocol error looks like.
    private bool IsNameable(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= MaxNameBytes && !utf8.SequenceEqual(OtherLabel) && NameText.LengthOf(utf8) <= _maxTextLength;

    private static ReadOnlySpan<byte> OtherLabel => "__other__"u8;

    private Entry? Find(ReadOnlySpan<byte> utf8, int hash)
    {
        var mask = _slots.Length - 1;
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            var entry = Volatile.Read(ref _slots[slot]);
            if (entry is null || (entry.Hash == hash && utf8.SequenceEqual(entry.Utf8)))
                return entry;
        }
    }

    private int Add(ReadOnlySpan<byte> utf8, int hash)
    {
        lock (_adding)
        {
            if (Find(utf8, hash) is { } found)
                return found.Index;
            if (_count == _limit)
                return Other;
            var mask = _slots.Length - 1;
            var slot = hash & mask;
            while (_slots[slot] is not null)
                slot = (slot + 1) & mask;
            var index = _count;
            var entry = new Entry(utf8.ToArray(), NameText.FromUtf8(utf8), hash, index);
            _entries[index] = entry;
            Volatile.Write(ref _slots[slot], entry);
            Volatile.Write(ref _count, index + 1);
            return index;
        }
    }

    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = default(HashCode); // seeded per process: hostile names cannot aim at one slot
        hash.AddBytes(utf8);
        return hash.ToHashCode();
    }

    private sealed record Entry(byte[] Utf8, string Name, int Hash, int Index);
}
