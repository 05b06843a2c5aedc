using System.Text.Json.Serialization;

namespace KafkaMesh.Contracts.Stats;

/// <summary>A cumulative latency histogram in the layout of <see cref="LatencyBuckets"/>; empty buckets are left out.</summary>
public sealed record HistogramReport
{
    /// <summary>Number of observations; equals the sum of the bucket counts.</summary>
    public long Count { get; init; }

    /// <summary>Sum of all observations, nanoseconds.</summary>
    public long SumNanoseconds { get; init; }

    /// <summary>Index and count alternating, by ascending index.</summary>
    [JsonNumberHandling(JsonNumberHandling.Strict)]
    public IReadOnlyList<long> Buckets { get; set; } = [];
}
