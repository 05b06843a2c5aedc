using System.Runtime.InteropServices;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Quantiles of latencies: exact up to <see cref="Capacity"/> of them, beyond it of a random sample of that size.</summary>
internal sealed class LatencySample
{
    /// <summary>Latencies kept.</summary>
    public const int Capacity = 1 << 16;

    private readonly List<long> _kept = [];
    private readonly Random _random = new(1); // the same file gives the same table
    private long _count;

    /// <summary>Adds one.</summary>
    public void Add(long nanoseconds)
    {
        _count++;
        if (_kept.Count < Capacity)
            _kept.Add(nanoseconds);
        else if (_random.NextInt64(_count) is var place && place < Capacity)
            _kept[(int)place] = nanoseconds;
    }

    /// <summary>The smallest latency that a share of all does not exceed (nearest rank); 0 when there is none.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public long Quantile(double share)
    {
        CollectionsMarshal.AsSpan(_kept).Sort();
        return _kept.Count == 0 ? 0 : _kept[Math.Clamp((int)Math.Ceiling(share * _kept.Count) - 1, 0, _kept.Count - 1)];
    }
}
