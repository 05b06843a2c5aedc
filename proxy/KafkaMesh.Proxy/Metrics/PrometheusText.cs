using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Writes the Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format)
/// or OpenMetrics: family headers, then samples whose label values are escaped.
/// </summary>
internal sealed class PrometheusText(IBufferWriter<byte> output, MetricsFormat format) : IMetricWriter
{
    private const string TotalSuffix = "_total";

    private bool _hasLabels;

    /// <inheritdoc/>
    /// <remarks>
    /// OpenMetrics calls a counter's family without <c>_total</c>, and no two families alike; there a counter that shares its name is written as
    /// <c>unknown</c>, whose samples keep their name.
    /// </remarks>
    public void Family(string name, string type, string help, bool sharesName = false)
    {
        if (format == MetricsFormat.OpenMetrics)
        {
            if (sharesName)
                type = "unknown";
            else if (type == "counter")
                name = name[..^TotalSuffix.Length];
        }

        Header("HELP", name, help);
        Header("TYPE", name, type);
        if (format == MetricsFormat.OpenMetrics && UnitOf(name) is { } unit)
            Header("UNIT", name, unit);
    }

    /// <inheritdoc/>
    public IMetricWriter Sample(string name)
    {
        Append(name);
        _hasLabels = false;
        return this;
    }

    /// <inheritdoc/>
    public IMetricWriter Label(string name, string value)
    {
        Append(_hasLabels ? "," : "{");
        _hasLabels = true;
        Append(name);
        Append("=\"");
        AppendEscaped(value);
        Append("\"");
        return this;
    }

    /// <inheritdoc/>
    public void Value(long value)
    {
        EndLabels();
        var span = output.GetSpan(24);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
        Append("\n");
    }

    /// <inheritdoc/>
    public void Value(double value)
    {
        EndLabels();
        Append(value.ToString("R", CultureInfo.InvariantCulture));
        Append("\n");
    }

    /// <inheritdoc/>
    public void Histogram(string name, HistogramTotal histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var cumulative = 0L;
        for (var i = 0; i < histogram.Coarse.Length; i++)
        {
            cumulative += histogram.Coarse[i];
            WithLabels($"{name}_bucket", labels).Label("le", Bound(histogram.Bounds.Labels[i])).Value(cumulative);
        }

        WithLabels($"{name}_sum", labels).Value(histogram.SumSeconds);
        WithLabels($"{name}_count", labels).Value(cumulative);
    }

    private IMetricWriter WithLabels(string name, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var sample = Sample(name);
        foreach (var (label, value) in labels)
            sample.Label(label, value);
        return sample;
    }

    // OpenMetrics wants a number that shows its point.
    private string Bound(string text) => format == MetricsFormat.OpenMetrics && text.AsSpan().IndexOfAny('.', 'e', 'I') < 0 ? text + ".0" : text;

    private static string? UnitOf(string family) =>
        family.EndsWith("_seconds", StringComparison.Ordinal) ? "seconds" : family.EndsWith("_bytes", StringComparison.Ordinal) ? "bytes" : null;

    private void Header(string kind, string name, string text)
    {
        Append("# ");
        Append(kind);
        Append(" ");
        Append(name);
        Append(" ");
        Append(text);
        Append("\n");
    }

    private void EndLabels() => Append(_hasLabels ? "} " : " ");

    private void AppendEscaped(string value)
    {
        if (value.AsSpan().IndexOfAny('\\', '"', '\n') < 0)
        {
            Append(value);
            return;
        }

        Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal));
    }

    private void Append(string text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
