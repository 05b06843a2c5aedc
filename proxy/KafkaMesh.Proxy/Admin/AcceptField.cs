using System.Globalization;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Admin;

/// <summary>Chooses the format of <c>/metrics</c> by the request's <c>Accept</c> (RFC 9110, section 12.5.1).</summary>
internal static class AcceptField
{
    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>OpenMetrics where the client names version 1.0.0 of it (or none) and wants plain text no more than that; else Prometheus text.</summary>
    /// <param name="accept">Value of the field; empty when there was none.</param>
    public static MetricsFormat Choose(string accept)
    {
        double open = 0;
        double plain = 0;
        foreach (string range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase))
            {
                open = Math.Max(open, Parameter(parts, "version") is null or "1.0.0" ? Weight(parts) : 0);
            }
            else if (parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            {
                plain = Math.Max(plain, Weight(parts));
            }
        }

        return open > 0 && open >= plain ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus;
    }

    /// <summary>Media type of a format.</summary>
    public static string ContentType(MetricsFormat format) => format == MetricsFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    private static double Weight(string[] parts) =>
        Parameter(parts, "q") is not { } text ? 1
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) && weight <= 1 ? weight
        : 0;

    private static string? Parameter(string[] parts, string name)
    {
        foreach (string part in parts.AsSpan(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return part[(equals + 1)..].Trim().Trim('"');
            }
        }

        return null;
    }
}
