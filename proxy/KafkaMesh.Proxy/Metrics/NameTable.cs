using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Gives the values of one label that traffic chooses (topics, groups) places of their own, up to a limit: lookups by UTF-8 bytes
/// take no lock and allocate nothing; the string of a value is made once. A full table answers with <see cref="Other"/>, until the least
/// recently used values make room (<see cref="LruTable{T}"/>).
/// </summary>
internal sealed class NameTable
{
    /// <summary>Longest name that is kept whole, in bytes: Kafka allows topics of 249 and asks for no more of groups; longer names count as other.</summary>
    public const int MaxNameBytes = 512;

    private readonly LruTable<NamedSeries> _table;
    private readonly NamedSeries?[] _series;
    private readonly Stack<int> _free;
    private readonly Lock _changing = new();
    private readonly int _maxTextLength;
    private int _freeCount;
    private long _retired;

    /// <summary>An empty table.</summary>
    /// <param name="limit">How many values get a place of their own, 0 to <see cref="SeriesLimits.Maximum"/>.</param>
    /// <param name="maxTextLength">Longest text of a value (<see cref="NameText"/>): what readers take; values beyond count as other.</param>
    public NameTable(int limit, int maxTextLength = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, SeriesLimits.Maximum);
        _maxTextLength = maxTextLength;
        _table = new LruTable<NamedSeries>(limit);
        _series = new NamedSeries?[limit];
        _free = new Stack<int>(limit);
        for (var i = limit - 1; i >= 0; i--)
            _free.Push(i);
        _freeCount = limit;
        Other = new NamedSeries([], WellKnownNames.OtherLabel, limit, since: 0);
    }

    /// <summary>Stands for every value without a place of its own; cells need <c>Other.Index + 1</c> places.</summary>
    public NamedSeries Other { get; }

    /// <summary>How many values have a place of their own.</summary>
    public int Count => _table.Count;

    /// <summary>The series of a value: its own, a new one, or <see cref="Other"/>. The value counts as used.</summary>
    /// <param name="utf8">The value as it stood on the wire.</param>
    public NamedSeries Get(ReadOnlySpan<byte> utf8)
    {
        // Read before the lookup: a table that was full then holds every value that has a place.
        var isFull = _table.IsWanted || Volatile.Read(ref _freeCount) == 0;
        if (_table.Use(utf8) is { } known)
            return known;
        if (!IsNameable(utf8))
            return Other;
        if (!isFull)
            return Add(utf8);
        _ = _table.HasRoom();
        return Other;
    }

    /// <summary>The same for a caller whose last value was mostly the same: that one is compared before any is looked up.</summary>
    /// <param name="utf8">The value as it stood on the wire.</param>
    /// <param name="last">What this table answered the caller last; null before.</param>
    public NamedSeries Get(ReadOnlySpan<byte> utf8, NamedSeries? last)
    {
        if (last is not { IsRetired: false } || !utf8.SequenceEqual(last.Key))
            return Get(utf8);
        _table.Touch(last);
        return last;
    }

    /// <summary>Notes that a value is in use, if it has a place.</summary>
    public void Touch(ReadOnlySpan<byte> utf8) => _table.Use(utf8);

    /// <summary>See <see cref="LruTable{T}.Sweep"/>. The places of what was retired stay taken until they are given to <see cref="Free"/>.</summary>
    public NamedSeries[] Sweep(long now)
    {
        lock (_changing)
        {
            var retired = _table.Sweep(now);
            foreach (var series in retired)
                _series[series.Index] = null;
            _retired += retired.Length;
            return retired;
        }
    }

    /// <summary>Gives the places of retired values to others: nobody counts in their cells any more.</summary>
    public void Free(NamedSeries[] retired)
    {
        lock (_changing)
        {
            foreach (var series in retired)
                _free.Push(series.Index);
            Volatile.Write(ref _freeCount, _free.Count);
        }
    }

    /// <summary>The values that have a place, by index; null where a place is free.</summary>
    public NamedSeries?[] ToArray()
    {
        lock (_changing)
            return [.. _series];
    }

    // A value that is spelled like the label of the rest would make two series of one name. An empty one is what a protocol error looks like.
    private bool IsNameable(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= MaxNameBytes && !utf8.SequenceEqual(OtherLabel) && NameText.LengthOf(utf8) <= _maxTextLength;

    private static ReadOnlySpan<byte> OtherLabel => "__other__"u8;

    private NamedSeries Add(ReadOnlySpan<byte> utf8)
    {
        lock (_changing)
        {
            if (_table.Find(utf8) is { } known)
                return known;
            if (!_table.HasRoom() || !_free.TryPop(out var index))
                return Other;
            var series = new NamedSeries(utf8.ToArray(), NameText.FromUtf8(utf8), index, _retired);
            _ = _table.TryAdd(series);
            _series[index] = series;
            Volatile.Write(ref _freeCount, _free.Count);
            return series;
        }
    }
}
