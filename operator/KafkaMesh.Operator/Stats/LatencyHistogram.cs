using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>A histogram that others are added to; percentiles of pods cannot be averaged, their buckets can be summed.</summary>
internal sealed class LatencyHistogram
{
    private readonly long[] _buckets = new long[LatencyBuckets.Count];
    private long _sumNanoseconds;

    /// <summary>Number of observations.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a report's histogram.</summary>
    /// <param name="histogram">A validated histogram.</param>
    /// <param name="sign">1, or −1 to take an earlier state of the same sidecar away.</param>
    public void Add(HistogramReport histogram, int sign = 1)
    {
        for (var i = 0; i + 1 < histogram.Buckets.Count; i += 2)
        {
            var bucket = histogram.Buckets[i];
            _buckets[bucket] = SaturatingSum.Add(_buckets[bucket], sign * histogram.Buckets[i + 1]);
            Count = SaturatingSum.Add(Count, sign * histogram.Buckets[i + 1]);
        }
        _sumNanoseconds = SaturatingSum.Add(_sumNanoseconds, sign * histogram.SumNanoseconds);
    }

    /// <summary>Adds another histogram.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] = SaturatingSum.Add(_buckets[i], other._buckets[i]);
        Count = SaturatingSum.Add(Count, other.Count);
        _sumNanoseconds = SaturatingSum.Add(_sumNanoseconds, other._sumNanoseconds);
    }

    /// <summary>The duration below which a share of the observations lies, by the nearest-rank method.</summary>
    /// <param name="share">0 to 1.</param>
    /// <returns>Milliseconds; null without observations.</returns>
    public double? PercentileMilliseconds(double share)
    {
        if (Count <= 0)
            return null;
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen = SaturatingSum.Add(seen, _buckets[i]);
            if (seen >= rank)
                return LatencyBuckets.Midpoint(i) / 1e6;
        }
        return null;
    }

    /// <summary>The sum in the form of a report.</summary>
    public HistogramReport ToReport()
    {
        var buckets = new List<long>();
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i] > 0)
            {
                buckets.Add(i);
                buckets.Add(_buckets[i]);
            }
        }
        return new HistogramReport { Count = Count, SumNanoseconds = _sumNanoseconds, Buckets = buckets };
    }
}
