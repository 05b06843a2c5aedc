using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Status;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary>What <c>kafkamesh status</c> makes of a monitor, without a cluster.</summary>
public sealed class StatusTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-01T11:59:30Z", "True", "False", "healthy")]
    [InlineData("2026-01-01T11:59:30Z", "False", "True", "degraded")]
    [InlineData("2026-01-01T11:59:30Z", "False", "False", "waiting")]
    [InlineData("2026-01-01T11:50:00Z", "True", "False", "stale")]
    public void Health_OfConditionsAndAge_IsOneWord(string reported, string ready, string degraded, string health)
    {
        var view = new MonitorView(Monitor(reported, ready, degraded), Now);

        Assert.Equal(health, view.Health);
        var text = new StatusText(new TerminalStyle(IsRich: false), isWide: false).Detail(view, new RequestRates());
        Assert.StartsWith($"KafkaMonitor demo/orders: {health}\n", text, StringComparison.Ordinal);
        Assert.Equal(health == "stale", text.Contains("figures from 10m ago (stale)", StringComparison.Ordinal));
    }

    [Fact]
    public void Health_WithoutStatus_IsUnknown()
    {
        var view = new MonitorView(JsonNode.Parse("""{"metadata": {"name": "orders", "namespace": "demo"}, "spec": {"selector": {} } }""")!.AsObject(), Now);

        Assert.Equal(("unknown", "The operator has not looked at it: see kafkamesh check."), (view.Health, view.Explanation));
    }

    [Fact]
    public void Detail_StatusOfAnOlderSpec_SaysSo()
    {
        var monitor = Monitor("2026-01-01T11:59:30Z", "True", "False");
        monitor["metadata"]!["generation"] = 2;

        Assert.Contains("The status is about an older spec.", new StatusText(new TerminalStyle(IsRich: false), isWide: false).Detail(new MonitorView(monitor, Now), new RequestRates()), StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_TwoReports_AreRequestsPerSecondBetweenThem()
    {
        var rates = new RequestRates();
        rates.Take(Status("2026-01-01T12:00:00Z", 100));
        Assert.Null(rates.Of(0));

        rates.Take(Status("2026-01-01T12:00:00Z", 100));
        rates.Take(Status("2026-01-01T12:00:20Z", 150));

        Assert.Equal(2.5, rates.Of(0));
        Assert.Null(rates.Of(1));

        static KafkaMonitorStatus Status(string time, long requests) => new() { LastReportTime = time, ApiKeys = [new ApiKeyStatus { ApiKey = 0, Name = "Produce", Requests = requests }] };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_HostileNames_CannotTurnOrHideTextOnATerminal(bool isYaml)
    {
        const string Hostile = "a\u001b[2Jb\u202ec\u2066d\u200be\u2028f\ufeffg\u0085h\U000e0001é日";
        var monitor = Monitor("2026-01-01T11:59:30Z", "True", "False");
        monitor["status"]!["topics"] = new JsonArray(new JsonObject { ["name"] = Hostile, [Hostile] = 1 });

        var text = StatusJson.Write(StatusJson.One(new MonitorView(monitor, Now)), isYaml);

        Assert.DoesNotContain(text.EnumerateRunes(), rune => rune.Value != '\n' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator);
        Assert.Contains("é日", text, StringComparison.Ordinal);
        var topic = (isYaml ? Assert.Single(Yaml.ReadAll(text)) : JsonNode.Parse(text)!)["status"]!["topics"]![0]!.AsObject();
        Assert.Equal(Hostile, topic["name"]!.ToString());
        Assert.True(topic.ContainsKey(Hostile));
    }

    [Fact]
    public void Table_HostileNames_CannotReachTheTerminal()
    {
        var table = new TableText("TOPIC", ">RECORDS");
        table.Add("a\u001b[2Jb\nc\u202ed", "1");
        table.Add(new string('x', 249), "22");

        Assert.Equal("TOPIC", table.Write()[..5]);
        Assert.Contains("a\uFFFD[2Jb\uFFFDc\uFFFDd", table.Write(), StringComparison.Ordinal);
        Assert.All(table.Write().Split('\n'), line => Assert.True(line.Length < 100 && !line.Any(c => char.IsControl(c))));
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("2m", 120)]
    [InlineData("1h1m1s", 3661)]
    [InlineData("", null)]
    [InlineData("0s", null)]
    [InlineData("25h", null)]
    [InlineData("5", null)]
    [InlineData("-5s", null)]
    public void Duration_OfKubectlsKind_IsRead(string text, int? seconds) => Assert.Equal(seconds, (int?)DurationText.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData(false, "xterm", "C.UTF-8", null, true)]
    [InlineData(true, "xterm", "C.UTF-8", null, false)]
    [InlineData(false, "dumb", "C.UTF-8", null, false)]
    [InlineData(false, "xterm", "POSIX", null, false)]
    [InlineData(false, "xterm", "C.UTF-8", "1", false)]
    [InlineData(false, null, "en_GB.utf8", null, false)]
    public void Style_OfTerminal_IsRichOnlyWhereItCanBeShown(bool isRedirected, string? term, string lang, string? noColor, bool isRich)
    {
        var style = TerminalStyle.Of(isRedirected, name => name switch { "TERM" => term, "LANG" => lang, "NO_COLOR" => noColor, _ => null });

        Assert.Equal(isRich, style.IsRich);
        Assert.Equal(isRich ? "\u001b[31mx\u001b[0m" : "x", style.Red("x"));
    }

    private static JsonObject Monitor(string reported, string ready, string degraded) => JsonNode.Parse($$"""
        {
          "metadata": {"name": "orders", "namespace": "demo", "generation": 1},
          "spec": {"selector": {} },
          "status": {
            "observedGeneration": 1, "lastReportTime": "{{reported}}",
            "conditions": [
              {"type": "Ready", "status": "{{ready}}", "reason": "R", "message": "1 of 1 sidecar reports.", "lastTransitionTime": "2026-01-01T11:00:00Z"},
              {"type": "Degraded", "status": "{{degraded}}", "reason": "R", "message": "d", "lastTransitionTime": "2026-01-01T11:00:00Z"}
            ]
          }
        }
        """)!.AsObject();
}
