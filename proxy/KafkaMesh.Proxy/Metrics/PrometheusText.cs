using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Writes the Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format)
/// or OpenMetrics: family headers, then samples whose label values are escaped.
/// </summary>
internal sealed class PrometheusText(IBufferWriter<byte> output, MetricsFormat format)
{
    private const string TotalSuffix = "_total";

    private bool _hasLabels;

    /// <summary>Begins a metric family.</summary>
    /// <param name="name">Without the suffixes of a histogram.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One line.</param>
    /// <param name="sharesName">
    /// A counter beside a gauge that is called like it but for <c>_total</c>. OpenMetrics calls a counter's family without the suffix, and no two
    /// families alike; there such a one is written as <c>unknown</c>, whose samples keep their name.
    /// </param>
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

    /// <summary>Begins a sample; labels and the value follow.</summary>
    public PrometheusText Sample(string name)
    {
        Append(name);
        _hasLabels = false;
        return this;
    }

    /// <summary>One label of the sample begun.</summary>
    public PrometheusText Label(string name, string value)
    {
        Append(_hasLabels ? "," : "{");
        _hasLabels = true;
        Append(name);
        Append("=\"");
        AppendEscaped(value);
        Append("\"");
        return this;
    }

    /// <summary>The upper bound of a histogram's bucket; OpenMetrics wants a number that shows its point.</summary>
    /// <param name="text">A number as Prometheus spells it, or <c>+Inf</c>.</param>
    public PrometheusText Bound(string text) =>
        Label("le", format == MetricsFormat.OpenMetrics && text.AsSpan().IndexOfAny('.', 'e', 'I') < 0 ? text + ".0" : text);

    /// <summary>Ends the sample.</summary>
    public void Value(long value)
    {
        EndLabels();
        var span = output.GetSpan(24);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
        Append("\n");
    }

    /// <summary>Ends the sample.</summary>
    public void Value(double value)
    {
        EndLabels();
        Append(value.ToString("R", CultureInfo.InvariantCulture));
        Append("\n");
    }

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
