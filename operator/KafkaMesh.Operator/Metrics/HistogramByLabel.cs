using System.Collections.Concurrent;
using System.Text;

namespace KafkaMesh.Operator.Metrics;

/// <summary>One <see cref="Histogram"/> per value of one label. The values come from the program, so that series are bounded and need no escaping.</summary>
internal sealed class HistogramByLabel(string name, string help, string label, params double[] bounds)
{
    private readonly ConcurrentDictionary<string, Histogram> _series = new(StringComparer.Ordinal);
    private readonly Histogram _head = new(name, help, bounds);

    /// <summary>Counts a duration.</summary>
    /// <param name="value">Value of the label.</param>
    /// <param name="duration">How long it took.</param>
    public void Observe(string value, TimeSpan duration) => _series.GetOrAdd(value, _ => new Histogram(name, help, bounds)).Observe(duration);

    /// <summary>Writes all series in the text format.</summary>
    public void WriteTo(StringBuilder output)
    {
        _head.WriteHead(output);
        foreach (var (value, histogram) in _series.ToArray().OrderBy(s => s.Key, StringComparer.Ordinal))
            histogram.WriteSeries(output, $"{label}=\"{value}\"");
    }
}
