using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Sum of the histograms of one series over all loops, as read at one time.</summary>
internal sealed class HistogramTotal(HistogramBounds bounds)
{
    /// <summary>The conventional bounds.</summary>
    public HistogramBounds Bounds { get; } = bounds;

    /// <summary>Counts in the layout of <see cref="LatencyBuckets"/>.</summary>
    public long[] Fine { get; } = new long[LatencyBuckets.Count];

    /// <summary>Counts per conventional bucket, not cumulative.</summary>
    public long[] Coarse { get; } = new long[bounds.Nanoseconds.Length + 1];

    /// <summary>Sum of all durations.</summary>
    public long SumNanoseconds { get; set; }

    /// <summary>Sum of all durations, in seconds.</summary>
    public double SumSeconds => SumNanoseconds / 1e9;

    /// <summary>The form of <c>/stats</c>: empty buckets left out, count equal to the sum of the buckets.</summary>
    public HistogramReport ToReport()
    {
        var buckets = new List<long>();
        var count = 0L;
        for (var i = 0; i < Fine.Length; i++)
        {
            if (Fine[i] == 0)
                continue;
            buckets.Add(i);
            buckets.Add(Fine[i]);
            count += Fine[i];
        }

        return new HistogramReport { Count = count, SumNanoseconds = SumNanoseconds, Buckets = buckets };
    }

    /// <summary>Duration below which the given share of all observations lies, in nanoseconds; 0 when there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Fine.Sum());
        var seen = 0L;
        for (var i = 0; i < Fine.Length; i++)
        {
            seen += Fine[i];
            if (Fine[i] > 0 && seen >= rank)
                return LatencyBuckets.Midpoint(i);
        }

        return 0;
    }
}
