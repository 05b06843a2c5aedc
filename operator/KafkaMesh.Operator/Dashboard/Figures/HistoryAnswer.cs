using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Writes samples as time series.</summary>
internal static class HistoryAnswer
{
    private const int MaxErrorNames = 12;

    // Edges of the reports' own buckets, two per power of two, from 16 us to 69 s: no count is divided between two rows.
    private const int FirstEdge = 176;
    private const int LastEdge = 528;
    private const int EdgeStep = 8;

    private static readonly double[] s_bounds =
        [.. Enumerable.Range(0, ((LastEdge - FirstEdge) / EdgeStep) + 1).Select(i => LatencyBuckets.LowerBound(FirstEdge + (i * EdgeStep)) / 1e6)];

    /// <summary>The series.</summary>
    /// <param name="found">Figures of the monitor; null while there are none.</param>
    /// <param name="apiKey">One API; null for all.</param>
    /// <param name="since">Only samples after this time.</param>
    /// <param name="now">The time.</param>
    /// <param name="intervalSeconds">Interval of a monitor without figures.</param>
    public static HistoryView Of(MonitorFigures? found, int? apiKey, DateTimeOffset? since, DateTimeOffset now, int intervalSeconds)
    {
        var samples = (found?.Samples ?? []).Where(s => since is null || s.End > since).ToList();
        var points = samples.Select(s => s.IsKnown ? Point(s, apiKey) : null).ToList();
        return new HistoryView(
            now,
            found?.Round.IntervalSeconds ?? intervalSeconds,
            [.. samples.Select(s => s.End)],
            Rates(p => p.Requests),
            Rates(p => p.ResponsesWithError),
            Rates(p => p.ResponseBytes),
            Rates(p => p.RequestBytes),
            Rates(p => p.ThrottleMilliseconds / 1000.0),
            Percentiles(0.5),
            Percentiles(0.95),
            Percentiles(0.99),
            Errors(samples, points, found),
            new HeatmapView(s_bounds, [.. points.Select(p => p is null ? null : Rows(p.Latency))]));

        List<double?> Rates(Func<ApiSum, double> figure) => [.. points.Select((p, i) => p is null ? (double?)null : figure(p) / samples[i].Seconds)];

        List<double?> Percentiles(double share) => [.. points.Select(p => p?.Latency.PercentileMilliseconds(share))];
    }

    private static ApiSum Point(HistorySample sample, int? apiKey)
    {
        var sum = new ApiSum(apiKey ?? 0);
        foreach (var api in SampleCodec.Decode(sample.Apis).Where(a => apiKey is null || a.ApiKey == apiKey))
            sum.Add(api, 1);
        return sum;
    }

    private static Dictionary<string, IReadOnlyList<double?>> Errors(List<HistorySample> samples, List<ApiSum?> points, MonitorFigures? found)
    {
        var top = points.OfType<ApiSum>().SelectMany(p => p.Errors).GroupBy(e => e.Code)
            .OrderByDescending(g => SaturatingSum.Of(g, e => e.Count)).ThenBy(g => g.Key).Take(MaxErrorNames).Select(g => g.Key);
        var result = new Dictionary<string, IReadOnlyList<double?>>(StringComparer.Ordinal);
        foreach (var code in top)
        {
            var name = found!.Names.ErrorNames.GetValueOrDefault(code, $"error_{code}");
            result[name] = [.. points.Select((p, i) => p is null ? (double?)null : (p.Errors.FirstOrDefault(e => e.Code == code)?.Count ?? 0) / samples[i].Seconds)];
        }
        return result;
    }

    private static long[] Rows(LatencyHistogram latency)
    {
        var rows = new long[s_bounds.Length + 1];
        var buckets = latency.ToReport().Buckets;
        for (var i = 0; i < buckets.Count; i += 2)
        {
            var row = buckets[i] < FirstEdge ? 0 : Math.Min(s_bounds.Length, ((buckets[i] - FirstEdge) / EdgeStep) + 1);
            rows[row] += buckets[i + 1];
        }
        return rows;
    }
}
