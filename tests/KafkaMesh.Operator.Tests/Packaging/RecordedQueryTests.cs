using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>
/// Grafana's dashboards work without the recording rules, with a range of their own: so they spell out what rules record too. Both say the same: promtool
/// evaluates each such query beside its rule.
/// </summary>
public sealed class RecordedQueryTests
{
    private const string Series = """
        kafkamesh_requests_total{LABELS,direction="outbound",api="Fetch",version="12"}|0+60x30
        kafkamesh_requests_total{LABELS,direction="outbound",api="Produce",version="9"}|0+90x30
        kafkamesh_responses_total{LABELS,direction="outbound",api="Fetch"}|0+60x30
        kafkamesh_responses_total{LABELS,direction="outbound",api="Produce"}|0+80x30
        kafkamesh_responses_total{LABELS,direction="outbound",api="JoinGroup"}|0+2x30
        kafkamesh_response_errors_total{LABELS,direction="outbound",api="Fetch",error="NOT_LEADER_OR_FOLLOWER"}|0+6x30
        kafkamesh_response_errors_total{LABELS,direction="outbound",api="JoinGroup",error="MEMBER_ID_REQUIRED"}|0+2x30
        kafkamesh_response_errors_total{LABELS,direction="outbound",api="ApiVersions",error="UNSUPPORTED_VERSION"}|0+2x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="Fetch",result="data",le="0.1"}|0+50x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="Fetch",result="data",le="1"}|0+55x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="Fetch",result="data",le="+Inf"}|0+55x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="Fetch",result="empty",le="1"}|0+5x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="Fetch",result="empty",le="+Inf"}|0+50x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="JoinGroup",result="all",le="1"}|0+0x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="JoinGroup",result="all",le="30"}|0+2x30
        kafkamesh_request_duration_seconds_bucket{LABELS,direction="outbound",api="JoinGroup",result="all",le="+Inf"}|0+2x30
        kafkamesh_throttle_seconds_total{LABELS,direction="outbound",api="Fetch"}|0+3x30
        kafkamesh_requests_unanswered_total{LABELS,direction="outbound",api="Fetch",reason="closed"}|0+1x30
        kafkamesh_group_rebalances_total{LABELS,group="g"}|0+1x30
        kafkamesh_connections{LABELS,direction="outbound",protocol="kafka"}|3x30
        kafkamesh_connections{LABELS,direction="outbound",protocol="tls"}|1x30
        kafkamesh_connections{LABELS,direction="outbound",protocol="silent"}|9x30
        """;

    [Theory]
    [InlineData("overview", "By KafkaMonitor", 0, "namespace_monitor:kafkamesh_requests:rate5m")]
    [InlineData("overview", "By KafkaMonitor", 1, "namespace_monitor:kafkamesh_response_errors:per_response5m")]
    [InlineData("overview", "By KafkaMonitor", 2, "namespace_monitor:kafkamesh_request_duration_seconds:p99_5m")]
    [InlineData("overview", "Requests per second", 0, "sum(namespace_monitor:kafkamesh_requests:rate5m)")]
    [InlineData("overview", "Throttled", 0, "sum(namespace_monitor:kafkamesh_throttle_seconds:rate5m)")]
    [InlineData("overview", "Undecoded connections", 0, "max(namespace_monitor:kafkamesh_connections_undecoded:ratio)")]
    [InlineData("apis", "Requests per second", 0, "sum by (api) (namespace_monitor_api:kafkamesh_requests:rate5m)")]
    [InlineData("apis", "APIs", 1, "sum by (api) (namespace_monitor_api:kafkamesh_response_errors:rate5m)")]
    [InlineData("apis", "p99 by API", 0, "max by (api) (namespace_monitor_api:kafkamesh_request_duration_seconds:p99_5m)")]
    [InlineData("clients", "Rebalances in 15 minutes", 0, "max by (group) (namespace_monitor_group:kafkamesh_group_rebalances:increase15m)")]
    public async Task Query_ThatARuleRecordsToo_SaysTheSame(string dashboard, string panel, int query, string recorded)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed: rules cannot be evaluated");
        var expression = ExpressionOf(dashboard, panel, query).Replace("$__rate_interval", "5m", StringComparison.Ordinal)
            .Replace("$namespace", ".+", StringComparison.Ordinal).Replace("$monitor", ".+", StringComparison.Ordinal).Replace("$api", ".+", StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("kafkamesh-queries-");
        try
        {
            var test = Path.Combine(folder.FullName, "test.yml");
            await File.WriteAllTextAsync(test, TestOf(expression, recorded));
            var result = await Programs.RunAsync("/usr/bin/promtool", "test", "rules", test);
            Assert.True(result.Code == 0, $"{expression}\nis not\n{recorded}:\n{result.Text}{result.Errors}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Two monitors with the same figures: what is added up over them and what is the worst of them can be told apart.
    private static string TestOf(string expression, string recorded)
    {
        var text = new StringBuilder($"rule_files: [{Path.Combine(Repository.Root, "config", "prometheus", "rules.yml")}]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n");
        foreach (var series in Series.Split('\n').SelectMany(line => (string[])["shop", "bank"], (line, space) => line.Replace("LABELS", $"namespace=\"{space}\",monitor=\"orders\",pod=\"a\"", StringComparison.Ordinal).Split('|')))
            text.Append(CultureInfo.InvariantCulture, $"      - series: '{series[0]}'\n        values: '{series[1]}'\n");

        // As many samples as the query has are equal to what was recorded, and there is one at least.
        text.Append(CultureInfo.InvariantCulture, $"    promql_expr_test:\n      - expr: '(count(abs(({expression}) - ({recorded})) < 1e-9) == count({expression})) > bool 0'\n        eval_time: 20m\n        exp_samples: [{{value: 1}}]\n");
        return text.ToString();
    }

    private static string ExpressionOf(string dashboard, string panel, int query)
    {
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "grafana", "dashboards", dashboard + ".json")))!;
        var found = Panels(root).Single(p => p["title"]?.ToString() == panel);
        return found["targets"]!.AsArray()[query]!["expr"]!.ToString();
    }

    private static IEnumerable<JsonNode> Panels(JsonNode node) =>
        (node["panels"] as JsonArray ?? []).OfType<JsonNode>().SelectMany(panel => Panels(panel).Prepend(panel));
}
