using System.Globalization;
using System.Text;

namespace KafkaMesh.Operator.Metrics;

/// <summary>A Prometheus histogram of durations; <see cref="HistogramByLabel"/> makes several of one name.</summary>
internal sealed class Histogram(string name, string help, params double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private readonly Lock _lock = new();
    private double _sum;

    /// <summary>Counts a duration.</summary>
    public void Observe(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var bucket = Array.FindIndex(bounds, bound => seconds <= bound);
        lock (_lock)
        {
            _counts[bucket < 0 ? bounds.Length : bucket]++;
            _sum += seconds;
        }
    }

    /// <summary>Writes the series in the text format.</summary>
    public void WriteTo(StringBuilder output)
    {
        WriteHead(output);
        WriteSeries(output, labels: "");
    }

    /// <summary>Writes help and type, which stand once before all series of a name.</summary>
    public void WriteHead(StringBuilder output) =>
        output.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" histogram\n");

    /// <summary>Writes buckets, sum and count.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="labels"><c>name="value"</c> pairs, or nothing.</param>
    public void WriteSeries(StringBuilder output, string labels)
    {
        long[] counts;
        double sum;
        lock (_lock)
        {
            counts = [.. _counts];
            sum = _sum;
        }
        var separator = labels.Length == 0 ? "" : ",";
        var braced = labels.Length == 0 ? "" : $"{{{labels}}}";
        var total = 0L;
        for (var i = 0; i <= bounds.Length; i++)
        {
            total += counts[i];
            var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            output.Append(name).Append("_bucket{").Append(labels).Append(separator).Append("le=\"").Append(bound).Append("\"} ").Append(total).Append('\n');
        }
        output.Append(name).Append("_sum").Append(braced).Append(' ').Append(sum.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        output.Append(name).Append("_count").Append(braced).Append(' ').Append(total).Append('\n');
    }
}
