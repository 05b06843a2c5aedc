using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Writes the Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format):
/// family headers, then samples whose label values are escaped.
/// </summary>
internal sealed class PrometheusText(IBufferWriter<byte> output)
{
    private bool _hasLabels;

    /// <summary>Begins a metric family.</summary>
    /// <param name="name">Without the suffixes of a histogram.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One line.</param>
    public void Family(string name, string type, string help)
    {
        Append("# HELP ");
        Append(name);
        Append(" ");
        Append(help);
        Append("\n# TYPE ");
        Append(name);
        Append(" ");
        Append(type);
        Append("\n");
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
