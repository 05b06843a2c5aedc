using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Writes the texts of kubectl's columns.</summary>
internal static class SummaryBuilder
{
    private const int MaxVersionsLength = 256;

    /// <summary>The texts; a figure that nothing backs is absent rather than zero.</summary>
    public static StatusSummary Build(MonitorObservation seen, StatsSum totals, StatsSum interval, TrafficStatus traffic, ConnectionCounts connections)
    {
        var reports = seen.ReportingCount > 0;
        var responses = interval.Apis.Any(a => a.Responses > 0);
        return new StatusSummary
        {
            Pods = $"{seen.ReportingCount}/{seen.Pods.Selected}",
            RequestsPerSecond = reports ? SignificantDigits.Short(traffic.RequestsPerSecond) : null,
            ErrorPercent = responses ? SignificantDigits.Short(traffic.ErrorRatio * 100) : null,
            P99 = interval.Latency().Count > 0 ? SignificantDigits.Duration(traffic.P99Milliseconds) : null,
            TopApi = TopApi(interval) ?? TopApi(totals),
            Tls = reports ? $"{connections.Tls}" : null,
            Versions = Versions(totals),
        };
    }

    private static string? TopApi(StatsSum sum)
    {
        var all = SaturatingSum.Of(sum.Apis, a => a.Requests);
        var top = sum.Apis.MaxBy(a => a.Requests);
        return top is null || top.Requests <= 0 ? null : $"{top.Name} {Math.Round(100.0 * top.Requests / all)}%";
    }

    private static string? Versions(StatsSum totals)
    {
        var text = "";
        foreach (var api in totals.Apis.OrderByDescending(a => a.Requests).ThenBy(a => a.ApiKey))
        {
            if (StatusBuilder.VersionRange(api) is not { } range)
                continue;
            var next = text.Length == 0 ? $"{api.Name} {range}" : $"{text}, {api.Name} {range}";
            if (next.Length > MaxVersionsLength)
                break;
            text = next;
        }
        return text.Length > 0 ? text : null;
    }
}
