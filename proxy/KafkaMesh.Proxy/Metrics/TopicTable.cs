using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Topic names and unresolved topic ids that have series of their own. Each loop counts in cells of its own without lock, so a topic
/// retires in two steps: a sweep takes its name away, which sends what comes later to <c>__other__</c>; then every loop, on its own
/// thread, moves what it had counted to a sum of its own (<see cref="TopicCells.Settle"/>), and the last of them gives the place to others.
/// </summary>
/// <param name="limit">How many topics have a series of their own; 0 keeps none at all.</param>
/// <param name="loops">How many loops count.</param>
internal sealed class TopicTable(int limit, int loops)
{
    private readonly NameTable _names = new(limit, TopicStats.MaxTopicLength);
    private NamedSeries[] _retiring = [];
    private int _unsettled;
    private int _retirement;

    /// <summary>Held by whoever moves counts between cells or reads the cells of several loops as one.</summary>
    public Lock Moving { get; } = new();

    /// <summary>How many topics have a series of their own.</summary>
    public int Count => _names.Count;

    /// <summary>Every topic without one.</summary>
    public NamedSeries Other => _names.Other;

    /// <summary>Number of the last retirement; a loop that has not seen it has cells to settle.</summary>
    public int Retirement => Volatile.Read(ref _retirement);

    /// <summary>Topics whose names are gone and whose cells some loop has yet to settle; to be read while <see cref="Moving"/> is held.</summary>
    public ReadOnlySpan<NamedSeries> Retiring => _retiring;

    /// <summary>The series of a topic, or <see cref="Other"/>.</summary>
    /// <param name="utf8">The name as it stood on the wire, or the text of an id.</param>
    public NamedSeries Get(ReadOnlySpan<byte> utf8) => _names.Get(utf8);

    /// <summary>The same for a caller whose last topic was mostly the same, see <see cref="NameTable.Get(ReadOnlySpan{byte}, NamedSeries?)"/>.</summary>
    /// <param name="utf8">The name as it stood on the wire, or the text of an id.</param>
    /// <param name="last">What was answered last; null before.</param>
    public NamedSeries Get(ReadOnlySpan<byte> utf8, NamedSeries? last) => _names.Get(utf8, last);

    /// <summary>The topics that have a series of their own, by index.</summary>
    public NamedSeries?[] ToArray() => _names.ToArray();

    /// <summary>
    /// Retires idle topics when there is need of their places, see <see cref="LruTable{T}.Sweep"/>. While somebody reads, or a loop has yet to
    /// settle what retired before, that is put off to the next call.
    /// </summary>
    /// <returns>How many.</returns>
    public int Sweep(long now)
    {
        if (!Moving.TryEnter())
            return 0;
        try
        {
            return _unsettled > 0 ? 0 : Retire(now);
        }
        finally
        {
            Moving.Exit();
        }
    }

    /// <summary>One more loop has settled; to be called while <see cref="Moving"/> is held.</summary>
    public void NoteSettled()
    {
        if (--_unsettled > 0)
            return;
        _names.Free(_retiring);
        _retiring = [];
    }

    private int Retire(long now)
    {
        _retiring = _names.Sweep(now);
        if (_retiring.Length == 0)
            return 0;
        _unsettled = loops;
        Volatile.Write(ref _retirement, _retirement + 1);
        return _retiring.Length;
    }
}
