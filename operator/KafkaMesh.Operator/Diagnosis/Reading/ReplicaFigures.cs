using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>What one replica of the operator says of itself on its metrics port.</summary>
/// <param name="Version">Its version; null when it does not say.</param>
/// <param name="Leads">Whether it leads.</param>
/// <param name="ServingEnd">When its serving certificate ends; null when it has none yet.</param>
internal sealed partial record ReplicaFigures(string? Version, bool Leads, DateTimeOffset? ServingEnd)
{
    /// <summary>Reads Prometheus text.</summary>
    /// <param name="metrics">The text.</param>
    public static ReplicaFigures Parse(string metrics)
    {
        var end = Serving().Match(metrics);
        var seconds = end.Success && long.TryParse(end.Groups["value"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < 253_402_300_800
            ? value
            : (long?)null;
        var build = Build().Match(metrics);
        return new ReplicaFigures(
            build.Success ? build.Groups["version"].Value : null,
            Leader().IsMatch(metrics),
            seconds is { } s ? DateTimeOffset.FromUnixTimeSeconds(s) : null);
    }

    [GeneratedRegex("^kafkamesh_operator_certificate_expiry_timestamp_seconds\\{name=\"serving\"\\} (?<value>[0-9]+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Serving();

    [GeneratedRegex("^kafkamesh_operator_build_info\\{version=\"(?<version>[^\"]{1,100})\"\\} 1$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Build();

    [GeneratedRegex("^kafkamesh_operator_leader 1$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Leader();
}
