using System.Numerics;

namespace KafkaMesh.Contracts.Stats;

/// <summary>
/// The one bucket layout of every latency histogram: log-linear over nanoseconds, 16 buckets per power of two,
/// so that a value read back is off by at most 3.2 % and histograms of different sidecars add up.
/// </summary>
/// <remarks>
/// Index of v: v itself below 16; else 16·(e−3) + the four bits below the leading one, with e = ⌊log2 v⌋.
/// Values above 2^46−1 ns (19.5 hours) are counted in the last bucket.
/// </remarks>
public static class LatencyBuckets
{
    private const int SubBits = 4;
    private const int SubBuckets = 1 << SubBits;
    private const int MaxExponent = 45;

    /// <summary>Number of buckets.</summary>
    public const int Count = SubBuckets * (MaxExponent - SubBits + 2);

    /// <summary>Bucket of a duration. Negative durations count as 0.</summary>
    /// <param name="nanoseconds">The duration.</param>
    /// <returns>0 to <see cref="Count"/> − 1.</returns>
    public static int IndexOf(long nanoseconds)
    {
        if (nanoseconds < SubBuckets)
            return nanoseconds < 0 ? 0 : (int)nanoseconds;
        var exponent = BitOperations.Log2((ulong)nanoseconds);
        if (exponent > MaxExponent)
            return Count - 1;
        return (SubBuckets * (exponent - SubBits + 1)) + (int)((nanoseconds >> (exponent - SubBits)) & (SubBuckets - 1));
    }

    /// <summary>Smallest duration of a bucket, in nanoseconds.</summary>
    /// <param name="index">0 to <see cref="Count"/>; <see cref="Count"/> gives the end of the last bucket.</param>
    public static long LowerBound(int index)
    {
        if (index < SubBuckets)
            return index;
        var shift = (index / SubBuckets) - 1;
        return (long)(SubBuckets + (index % SubBuckets)) << shift;
    }

    /// <summary>The duration that stands for a bucket: its middle, in nanoseconds.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public static double Midpoint(int index) => index < SubBuckets ? index : (LowerBound(index) + LowerBound(index + 1)) / 2.0;
}
