using System.Globalization;
using System.Text;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Status;

/// <summary>Monitors in words and tables.</summary>
/// <param name="style">What the terminal can show.</param>
/// <param name="isWide">Whether columns are shown that narrow terminals have no room for.</param>
internal sealed class StatusText(TerminalStyle style, bool isWide)
{
    /// <summary>A line per monitor.</summary>
    /// <param name="monitors">The monitors.</param>
    /// <param name="withNamespaces">Whether they are of several namespaces.</param>
    public string List(IReadOnlyList<MonitorView> monitors, bool withNamespaces)
    {
        string[] heads = ["NAME", "HEALTH", "PODS", ">REQ/S", ">ERR%", ">P99", "TOP API", ">FIGURES"];
        var table = new TableText([.. withNamespaces ? ["NAMESPACE"] : Array.Empty<string>(), .. heads, .. isWide ? ["TLS", "VERSIONS"] : Array.Empty<string>()]);
        foreach (var m in monitors)
        {
            var summary = m.Status?.Summary;
            table.Add([
                .. withNamespaces ? [m.Namespace] : Array.Empty<string>(),
                m.Name, m.Health, summary?.Pods ?? "-", summary?.RequestsPerSecond ?? "-", summary?.ErrorPercent ?? "-", summary?.P99 ?? "-", summary?.TopApi ?? "-",
                m.Age is { } age ? AgeText.Of(age) + " ago" : "-",
                .. isWide ? [summary?.Tls ?? "-", summary?.Versions ?? "-"] : Array.Empty<string>()]);
        }
        return table.Write();
    }

    /// <summary>All about one monitor.</summary>
    public string Detail(MonitorView monitor, RequestRates rates)
    {
        var text = new StringBuilder();
        text.Append(style.Bold($"KafkaMonitor {monitor.Namespace}/{monitor.Name}")).Append(": ").Append(Paint(monitor.Health)).Append('\n');
        text.Append("  ").Append(PlainText.Of(monitor.Explanation)).Append('\n');
        if (monitor.IsBehind)
            text.Append("  ").Append(style.Yellow("The status is about an older spec.")).Append('\n');
        if (monitor.Status is not { } status)
            return text.ToString();
        if (monitor.Age is { } age)
            text.Append(CultureInfo.InvariantCulture, $"  figures from {AgeText.Of(age)} ago{(monitor.IsStale ? style.Red(" (stale)") : "")}\n");
        Pods(text, status);
        Traffic(text, status);
        Apis(text, status, rates);
        Errors(text, status);
        Topics(text, status);
        Groups(text, status);
        Conditions(text, status);
        return text.ToString();
    }

    private string Paint(string health) => health switch
    {
        "healthy" => style.Green(health),
        "degraded" or "stale" => style.Red(health),
        _ => style.Yellow(health),
    };

    private void Head(StringBuilder text, string head) => text.Append('\n').Append(style.Bold(head)).Append('\n');

    private void Pods(StringBuilder text, KafkaMonitorStatus status)
    {
        Head(text, "Pods");
        var pods = status.Pods ?? new PodCounts();
        text.Append(CultureInfo.InvariantCulture, $"  {pods.Selected} selected, {pods.Injected} with sidecar, {pods.Reporting} reporting, {pods.Outdated} outdated, {pods.Unreachable} unreachable, {pods.Skipped} left as they are\n");
        foreach (var name in status.Unreachable ?? [])
            text.Append("  ").Append(style.Yellow("unreachable")).Append(' ').Append(TableText.Plain(name)).Append('\n');
        foreach (var skipped in status.Skipped ?? [])
            text.Append(CultureInfo.InvariantCulture, $"  {style.Yellow("left as is")} {Plural.Within(skipped.Count, "pod", TableText.Plain(skipped.Example ?? "")).TrimEnd(',')}: {skipped.Reason}. {SkipReasonText.Of(skipped.Reason).Whole}\n");
    }

    private void Traffic(StringBuilder text, KafkaMonitorStatus status)
    {
        Head(text, "Traffic");
        var connections = status.Connections ?? new ConnectionCounts();
        text.Append(CultureInfo.InvariantCulture, $"  {connections.Kafka} Kafka connections, {connections.Tls} TLS (not decoded), {connections.Opaque} something else\n");
        if (status.Traffic is { } traffic)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {SignificantDigits.Short(traffic.RequestsPerSecond)} requests/s, {SignificantDigits.Short(traffic.BytesOutPerSecond)}B/s out, {SignificantDigits.Short(traffic.BytesInPerSecond)}B/s in, ")
                .Append(CultureInfo.InvariantCulture, $"{SignificantDigits.Short(traffic.ErrorRatio * 100)}% errors, p99 {SignificantDigits.Duration(traffic.P99Milliseconds)}, throttled for {SignificantDigits.Short(traffic.ThrottledSeconds)}s in total\n");
        }
    }

    private void Apis(StringBuilder text, KafkaMonitorStatus status, RequestRates rates)
    {
        if (status.ApiKeys is not { Count: > 0 } apis)
            return;
        Head(text, "API keys");
        var table = new TableText(["API", "VERSIONS", ">REQUESTS", ">REQ/S", ">ERRORS", ">ERR%", ">P50", ">P95", ">P99", .. isWide ? [">BYTES OUT", ">BYTES IN"] : Array.Empty<string>()]);
        foreach (var api in apis.OrderByDescending(a => a.Requests).ThenBy(a => a.ApiKey))
        {
            table.Add([
                api.Name, api.Versions ?? "-", SignificantDigits.Short(api.Requests), rates.Of(api.ApiKey) is { } rate ? SignificantDigits.Short(rate) : "-",
                SignificantDigits.Short(api.Errors), api.Responses > 0 ? SignificantDigits.Short(100.0 * api.Errors / api.Responses) : "-",
                Latency(api.LatencyMilliseconds?.P50), Latency(api.LatencyMilliseconds?.P95), Latency(api.LatencyMilliseconds?.P99),
                .. isWide ? [SignificantDigits.Short(api.RequestBytes), SignificantDigits.Short(api.ResponseBytes)] : Array.Empty<string>()]);
        }
        text.Append(table.Write("  "));
    }

    private static string Latency(double? milliseconds) => milliseconds is { } value ? SignificantDigits.Duration(value) : "-";

    private void Errors(StringBuilder text, KafkaMonitorStatus status)
    {
        if (status.Errors is not { Count: > 0 } errors)
            return;
        Head(text, "Errors");
        var table = new TableText("API", "ERROR", ">COUNT");
        foreach (var error in errors)
            table.Add(error.Name, error.Error, SignificantDigits.Short(error.Count));
        text.Append(table.Write("  "));
    }

    private void Topics(StringBuilder text, KafkaMonitorStatus status)
    {
        if (status.Topics is not { Count: > 0 } topics)
            return;
        Head(text, "Topics");
        var table = new TableText("TOPIC", ">RECORDS IN", ">RECORDS OUT", ">BYTES IN", ">BYTES OUT");
        foreach (var topic in topics)
            table.Add(topic.Name, SignificantDigits.Short(topic.RecordsIn), SignificantDigits.Short(topic.RecordsOut), SignificantDigits.Short(topic.BytesIn), SignificantDigits.Short(topic.BytesOut));
        text.Append(table.Write("  "));
    }

    private void Groups(StringBuilder text, KafkaMonitorStatus status)
    {
        if (status.Groups is not { Count: > 0 } groups)
            return;
        Head(text, "Groups");
        var table = new TableText("GROUP", ">MEMBERS", ">REBALANCES");
        foreach (var group in groups)
            table.Add(group.Name, SignificantDigits.Short(group.Members), SignificantDigits.Short(group.Rebalances));
        text.Append(table.Write("  "));
    }

    private void Conditions(StringBuilder text, KafkaMonitorStatus status)
    {
        Head(text, "Conditions");
        foreach (var condition in status.Conditions ?? [])
        {
            var isGood = condition.Status == (condition.Type == "Ready" ? "True" : "False");
            var word = isGood ? style.Green(condition.Status) : style.Yellow(condition.Status);
            text.Append(CultureInfo.InvariantCulture, $"  {condition.Type} {word}: {PlainText.Of(condition.Message)} ({condition.Reason}, since {condition.LastTransitionTime})\n");
        }
    }
}
