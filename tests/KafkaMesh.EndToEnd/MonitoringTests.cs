using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.EndToEnd;

/// <summary>The shipped dashboards, alerts and recording rules against a real Prometheus that scrapes real sidecars with the shipped jobs.</summary>
public sealed partial class MonitoringTests(InstalledMesh mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task DashboardsAndRules_WithTraffic_AllHaveData()
    {
        Assert.SkipUnless(File.Exists(PrometheusServer.Program), "prometheus is not installed: apt-get install prometheus");
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await mesh.ApplyAsync(Repository.TestData("writer.yaml"));
        await mesh.ApplyAsync(Repository.TestData("reader.yaml"));
        await orders.ReadyAsync("reader");
        await using var prometheus = await PrometheusServer.StartAsync(mesh.Cluster);
        await HasAsync(prometheus, "the first member's group", "rate(kafkamesh_topic_records_total{api=\"Fetch\"}[30s]) > 0");
        await mesh.ApplyAsync(Repository.TestData("reader.yaml").Replace("name: reader", "name: reader-2", StringComparison.Ordinal));
        await orders.ReadyAsync("reader-2");
        await HasAsync(prometheus, "errors of the rebalance", "rate(kafkamesh_response_errors_total[30s]) >= 0");
        await HasAsync(prometheus, "the second member's figures", "rate(kafkamesh_relay_bytes_total{pod=\"reader-2\"}[30s]) > 0");

        var expressions = DashboardExpressions().Concat(VariableExpressions()).Concat(await RuleExpressionsAsync(prometheus)).ToList();
        var empty = new List<string>();
        foreach (var (origin, expression) in expressions)
        {
            if ((await prometheus.QueryAsync(expression)).Count == 0)
                empty.Add($"{origin}: {expression}");
        }

        Assert.True(expressions.Count > 100, $"only {expressions.Count} expressions were found");
        Assert.True(empty.Count == 0, $"no data for {empty.Count} of {expressions.Count}:\n{string.Join('\n', empty)}");
    }

    private static Task HasAsync(PrometheusServer prometheus, string what, string expression) =>
        Kubectl.UntilAsync(what, Deadline, async () => (await prometheus.QueryAsync(expression)).Count, count => count > 0);

    private static IEnumerable<(string Origin, string Expression)> DashboardExpressions() =>
        from dashboard in Dashboards()
        from panel in dashboard["panels"]!.AsArray()
        from target in panel!["targets"]?.AsArray() ?? []
        select ($"dashboard {dashboard["title"]}, panel {panel["title"]}", Concrete((string)target!["expr"]!));

    // label_values(series, label) of Grafana: the label must be there with some value.
    private static IEnumerable<(string Origin, string Expression)> VariableExpressions() =>
        from dashboard in Dashboards()
        from variable in dashboard["templating"]!["list"]!.AsArray()
        where (string?)variable!["type"] == "query"
        let match = LabelValues().Match((string)variable["query"]!["query"]!)
        select ($"dashboard {dashboard["title"]}, variable {variable["name"]}", $"count by ({match.Groups["label"]}) ({Concrete(match.Groups["series"].Value)}) and on () vector(1)");

    private static async Task<IEnumerable<(string Origin, string Expression)>> RuleExpressionsAsync(PrometheusServer prometheus)
    {
        var rules = await Kubectl.UntilAsync("every rule was evaluated", Deadline, prometheus.RulesAsync, all => all.All(rule => (string?)rule["health"] != "unknown"));
        Assert.All(rules, rule => Assert.True((string?)rule["health"] == "ok", $"rule {rule["name"]}: {rule["lastError"]}"));

        // A recording rule must have made its series; an alert that is silent must at least have something to compare.
        return rules.Select(rule => (string?)rule["type"] == "alerting"
            ? ($"alert {rule["name"]}", Comparison().Replace(Recent((string)rule["query"]!), "$0 bool"))
            : ($"recording rule {rule["name"]}", (string)rule["name"]!));
    }

    private static IEnumerable<JsonNode> Dashboards() =>
        Directory.GetFiles(Repository.Path("config", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal).Select(file => JsonNode.Parse(File.ReadAllText(file))!);

    // What Grafana puts in place of its variables when "All" is chosen.
    private static string Concrete(string expression) => expression
        .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
        .Replace("$__range", "5m", StringComparison.Ordinal)
        .Replace("$namespace", ".*", StringComparison.Ordinal)
        .Replace("$monitor", ".*", StringComparison.Ordinal)
        .Replace("$topic", ".*", StringComparison.Ordinal)
        .Replace("$api", ".*", StringComparison.Ordinal)
        .Replace("$pod", ".*", StringComparison.Ordinal);

    // The test runs for less than a minute: what an alert looks at from hours ago is looked at from seconds ago.
    private static string Recent(string expression) => Offset().Replace(Range().Replace(expression, "[20s]"), "offset 1s");

    [GeneratedRegex(@"^label_values\((?<series>.+), (?<label>\w+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\[\d+[mh]\]", RegexOptions.None, 1000)]
    private static partial Regex Range();

    [GeneratedRegex(@"offset \d+[mh]", RegexOptions.None, 1000)]
    private static partial Regex Offset();

    // Comparisons outside of matchers: those of a matcher stand directly at its label.
    [GeneratedRegex(@"(?<= )(>|<|==|!=)(?= )", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comparison();
}
