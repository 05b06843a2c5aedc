using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>The shipped alerts and recording rules, judged by promtool. That real sidecars feed them is for the end-to-end tests.</summary>
public sealed class AlertRuleTests
{
    private static readonly string Rules = Path.Combine(Rendered.Folder("prometheus"), "rules.yml");
    private static readonly string UnitTests = Path.Combine(Repository.Root, "tests", "testdata", "prometheus", "alerts.test.yml");

    [Fact]
    public async Task Alerts_OfPromtoolsUnitTests_AreRaisedWhenTheyShouldAndElseNot()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed: apt-get install prometheus");
        var directory = Directory.CreateTempSubdirectory("kafkamesh-rules-");
        try
        {
            File.Copy(Rules, Path.Combine(directory.FullName, "rules.yml"));
            File.Copy(UnitTests, Path.Combine(directory.FullName, "alerts.test.yml"));

            var result = await Programs.RunAsync("/usr/bin/promtool", "test", "rules", Path.Combine(directory.FullName, "alerts.test.yml"));

            Assert.True(result.Code == 0, result.Text + result.Errors);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Alerts_EveryOne_HasATestThatRaisesItAndOneThatDoesNot()
    {
        var cases = Yaml.ReadAll(File.ReadAllText(UnitTests)).Single()["tests"]!.AsArray()
            .SelectMany(test => test!["alert_rule_test"]!.AsArray())
            .ToLookup(test => test!["alertname"]!.ToString(), test => test!["exp_alerts"]!.AsArray().Count > 0);

        Assert.Equal(Alerts().Select(a => a["alert"]!.ToString()).Order(StringComparer.Ordinal), cases.Select(c => c.Key).Order(StringComparer.Ordinal));
        Assert.All(cases, alert => Assert.True(alert.Contains(true) && alert.Contains(false), $"{alert.Key} is tested one way only"));
    }

    [Fact]
    public void Alerts_EveryOne_SaysWhatItIsAndWhatToDo() => Assert.All(Alerts(), alert =>
    {
        Assert.Contains(alert["labels"]!["severity"]!.ToString(), (string[])["info", "warning", "critical"]);
        Assert.All((string[])["summary", "description", "runbook"], name => Assert.NotEmpty(alert["annotations"]![name]!.ToString()));
    });

    [Fact]
    public async Task PrometheusRule_Committed_IsWhatTheRulesSay()
    {
        var made = await Programs.RunAsync("bash", Path.Combine(Repository.Root, "tests", "scripts", "rules.sh"));

        var file = Path.Combine(Rendered.Folder("prometheus"), "prometheus-rule.yaml");
        Assert.True(made.Text == await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), $"{file} is not what rules.yml says: make rules");
        var rule = Yaml.ReadAll(made.Text).Single();
        Assert.True(JsonNode.DeepEquals(rule["spec"], Yaml.ReadAll(await File.ReadAllTextAsync(Rules, TestContext.Current.CancellationToken)).Single()));
    }

    private static List<JsonNode> Alerts() =>
        [.. Yaml.ReadAll(File.ReadAllText(Rules)).Single()["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).Where(r => r!["alert"] is not null).Select(r => r!)];
}
