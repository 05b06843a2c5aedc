namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Admits the first so many of a fixed set of possible series, in the order in which the traffic shows them; never the others. For
/// labels whose values are few by protocol but can be many by malice: there is no turnover to make room for.
/// </summary>
/// <param name="possible">How many series there could be.</param>
/// <param name="limit">How many are admitted.</param>
internal sealed class SeriesBudget(int possible, int limit)
{
    private const int BitsPerWord = 32;

    private readonly int[] _admitted = new int[(possible + BitsPerWord - 1) / BitsPerWord];
    private readonly Lock _admitting = new();
    private int _count;

    /// <summary>Whether a series may be; takes a lock only when one is first admitted.</summary>
    /// <param name="series">Its number, below the number of possible ones.</param>
    public bool Admit(int series)
    {
        ref var word = ref _admitted[series / BitsPerWord];
        var bit = 1 << (series % BitsPerWord);
        if ((Volatile.Read(ref word) & bit) != 0)
            return true;
        if (Volatile.Read(ref _count) >= limit)
            return false;
        lock (_admitting)
        {
            if ((word & bit) != 0)
                return true;
            if (_count >= limit)
                return false;
            _count++;
            Volatile.Write(ref word, word | bit);
            return true;
        }
    }
}
