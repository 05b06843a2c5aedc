using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace KafkaMesh.Operator.Metrics;

/// <summary>A Prometheus counter with labels. The values of labels come from the program, so that series are bounded.</summary>
internal sealed class Counter(string name, string help, params string[] labels)
{
    private readonly ConcurrentDictionary<string, long> _series = new(StringComparer.Ordinal);

    /// <summary>Counts one.</summary>
    /// <param name="values">One per label, in order.</param>
    public void Increment(params string[] values) => _series.AddOrUpdate(Key(values), 1, (_, count) => count + 1);

    /// <summary>Lets series exist with 0 before anything is counted: otherwise the first count is no increase to Prometheus, and no alert sees it.</summary>
    /// <param name="series">For each series a value per label, in order.</param>
    /// <returns>This counter.</returns>
    public Counter Declare(IEnumerable<string[]> series)
    {
        foreach (var values in series)
            _series.TryAdd(Key(values), 0);
        return this;
    }

    /// <summary>Writes all series in the text format.</summary>
    public void WriteTo(StringBuilder output)
    {
        output.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" counter\n");
        // The dictionary's own ToArray: OrderBy would take its size first and its content later, and fail when a series appears between.
        foreach (var (series, count) in _series.ToArray().OrderBy(s => s.Key, StringComparer.Ordinal))
            output.Append(name).Append(series).Append(' ').Append(count.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private string Key(string[] values)
    {
        if (labels.Length == 0)
            return "";
        var pairs = labels.Zip(values, (label, value) => $"{label}=\"{Escape(value)}\"");
        return "{" + string.Join(',', pairs) + "}";
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
