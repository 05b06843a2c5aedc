using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>Counts pushes by their result; from any thread.</summary>
internal sealed class OtlpCounters : IMetricSource
{
    private static readonly string[] s_names = ["success", "partial", "failed", "skipped"];

    private readonly long[] _counts = new long[s_names.Length];

    /// <summary>Counts one.</summary>
    public void Count(OtlpResult result) => Interlocked.Increment(ref _counts[(int)result]);

    /// <summary>How many had a result.</summary>
    public long Of(OtlpResult result) => Volatile.Read(ref _counts[(int)result]);

    /// <inheritdoc/>
    public void WriteMetrics(IMetricWriter metrics)
    {
        const string name = "kafkamesh_otlp_exports_total";
        metrics.Family(name, "counter", "Pushes of all metrics by OTLP.");
        for (var i = 0; i < s_names.Length; i++)
            metrics.Sample(name).Label("result", s_names[i]).Value(Volatile.Read(ref _counts[i]));
    }
}
