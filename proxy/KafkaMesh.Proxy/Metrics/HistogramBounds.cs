using System.Globalization;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Upper bounds of the conventional buckets of one Prometheus histogram, with their <c>le</c> texts.</summary>
internal sealed class HistogramBounds
{
    private HistogramBounds(params double[] seconds)
    {
        Seconds = seconds;
        Nanoseconds = new long[seconds.Length];
        for (var i = 0; i < seconds.Length; i++)
            Nanoseconds[i] = (long)Math.Round(seconds[i] * 1e9);
    }

    /// <summary>Request latency: half a millisecond (a broker on the same node) to 30 s (Kafka's default request timeout).</summary>
    public static HistogramBounds Request { get; } =
        new(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

    /// <summary>Time inside the sidecar: 5 µs to 1 s.</summary>
    public static HistogramBounds Relay { get; } =
        new(0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1, 1);

    /// <summary>Ascending upper bounds in seconds, inclusive.</summary>
    public double[] Seconds { get; }

    /// <summary>Ascending upper bounds, inclusive.</summary>
    public long[] Nanoseconds { get; }

    /// <summary>Values of the label <c>le</c>, one more than bounds: the last is <c>+Inf</c>. Made when first asked for.</summary>
    public string[] Labels => field ??= Spell();

    private string[] Spell()
    {
        var labels = new string[Seconds.Length + 1];
        for (var i = 0; i < Seconds.Length; i++)
            labels[i] = Seconds[i].ToString(CultureInfo.InvariantCulture).ToLowerInvariant(); // 5e-06, as Prometheus spells it
        labels[^1] = "+Inf";
        return labels;
    }
}
