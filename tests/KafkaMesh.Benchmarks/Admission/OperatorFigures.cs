using System.Globalization;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>What the operator says of its admissions since it started.</summary>
/// <param name="Buckets">Admissions whose handling took at most so long: its own histogram.</param>
internal sealed record OperatorFigures(IReadOnlyList<(TimeSpan Bound, long Count)> Buckets)
{
    private const string Bucket = "kafkamesh_operator_admission_duration_seconds_bucket{le=\"";

    /// <summary>Admissions.</summary>
    public long Count => Buckets[^1].Count;

    /// <summary>Reads them.</summary>
    public static async Task<OperatorFigures> ReadAsync(HttpClient metrics)
    {
        var text = await metrics.GetStringAsync("/metrics");
        return new OperatorFigures([.. text.Split('\n').Where(line => line.StartsWith(Bucket, StringComparison.Ordinal)).Select(Read)]);
    }

    /// <summary>What came since then.</summary>
    public OperatorFigures Since(OperatorFigures earlier) =>
        new([.. Buckets.Zip(earlier.Buckets, (now, then) => (now.Bound, now.Count - then.Count))]);

    /// <summary>The bound that this share of the admissions stayed within.</summary>
    public TimeSpan Within(double share) => Buckets.First(b => b.Count >= Count * share).Bound;

    private static (TimeSpan Bound, long Count) Read(string line)
    {
        var rest = line[Bucket.Length..];
        var bound = rest[..rest.IndexOf('"', StringComparison.Ordinal)];
        var seconds = bound == "+Inf" ? TimeSpan.MaxValue : TimeSpan.FromSeconds(double.Parse(bound, CultureInfo.InvariantCulture));
        return (seconds, long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
