using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Durations of one series in two layouts: log-linear for <c>/stats</c> (mergeable, exact to 3.2 %) and conventional bounds
/// for <c>/metrics</c>. One thread records; any thread may read.
/// </summary>
internal sealed class LatencyHistogram
{
    private readonly long[] _fine = new long[LatencyBuckets.Count];
    private readonly long[] _coarse;
    private readonly long[] _boundsNanoseconds;
    private long _sumNanoseconds;

    /// <summary>An empty histogram.</summary>
    /// <param name="bounds">Upper bounds of the conventional buckets.</param>
    public LatencyHistogram(HistogramBounds bounds)
    {
        _boundsNanoseconds = bounds.Nanoseconds;
        _coarse = new long[_boundsNanoseconds.Length + 1];
    }

    /// <summary>Counts one duration; a negative one counts as 0.</summary>
    /// <param name="nanoseconds">The duration.</param>
    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        Cell.Add(ref _fine[LatencyBuckets.IndexOf(nanoseconds)], 1);
        var bounds = _boundsNanoseconds;
        var bucket = 0;
        while (bucket < bounds.Length && nanoseconds > bounds[bucket])
            bucket++;
        Cell.Add(ref _coarse[bucket], 1);
        Cell.Add(ref _sumNanoseconds, nanoseconds);
    }

    /// <summary>Adds what was recorded so far; from any thread.</summary>
    public void AddTo(HistogramTotal total)
    {
        for (var i = 0; i < _fine.Length; i++)
            total.Fine[i] += Volatile.Read(ref _fine[i]);
        for (var i = 0; i < _coarse.Length; i++)
            total.Coarse[i] += Volatile.Read(ref _coarse[i]);
        total.SumNanoseconds += Volatile.Read(ref _sumNanoseconds);
    }
}
