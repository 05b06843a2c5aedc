namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>What happened in one interval, over all sidecars: counts, so that two intervals can be added and percentiles stay exact.</summary>
/// <param name="End">End of the interval.</param>
/// <param name="Seconds">Its length by the leader's clock.</param>
/// <param name="IsKnown">Some sidecar reported what it did in the interval.</param>
/// <param name="Requests">Requests of all APIs.</param>
/// <param name="Apis">Counts by API, see <see cref="SampleCodec"/>.</param>
internal sealed record HistorySample(DateTimeOffset End, double Seconds, bool IsKnown, long Requests, byte[] Apis)
{
    private const int Overhead = 120; // the object, its array and the references to both

    /// <summary>Memory that it holds.</summary>
    public int Bytes => Apis.Length + Overhead;

    /// <summary>Adds the interval that follows this one.</summary>
    public HistorySample Join(HistorySample next)
    {
        var sum = new SortedDictionary<int, Stats.ApiSum>();
        foreach (var api in SampleCodec.Decode(Apis).Concat(SampleCodec.Decode(next.Apis)))
        {
            if (!sum.TryGetValue(api.ApiKey, out var known))
                sum[api.ApiKey] = known = new Stats.ApiSum(api.ApiKey);
            known.Add(api, 1);
        }
        return new HistorySample(next.End, Seconds + next.Seconds, IsKnown, Requests + next.Requests, SampleCodec.Encode(sum.Values));
    }
}
