using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Dashboard;

namespace KafkaMesh.Operator.Tests.Commands.Topology;

/// <summary><c>kafkamesh topology</c> as a process of its own, through the API server.</summary>
public sealed class TopologyCommandTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    [Fact]
    public async Task Topology_HostileNames_ShowsTheAnswersFiguresAndNoCharacterThatWritesOver()
    {
        await fixture.ApplyMonitorAsync("drawn");
        await fixture.EntryAsync("orders.drawn.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("drawn", "a", "127.0.10.70", DashboardFixture.Full("drawn", 1, 100, uptime: 10));
        await fixture.UntilJsonAsync("/api/v1/topology?namespace=drawn", t => t["edges"]!.AsArray().Count > 0);

        var (code, text, errors) = await fixture.RunAsync(null, "topology", "orders", "-n", "drawn", "-o", "wide");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"^TOPIC +FLOW +CLIENT +RECORDS/S +BYTES/S +RECORDS +BYTES +PODS +MONITORS\n", text);
        Assert.Matches(@"\n<script>alert\(1\)</script> +produced by +Pod/a +\S+ +\S+ +100 +10k +1 +drawn/orders\n", text);
        Assert.Matches(@"\n""';-- +consumed by +Pod/a +\S+ +\S+ +200 +20k +1 +drawn/orders\n", text);
        Assert.Matches(@"\nBROKER +CLIENT +CONNECTIONS +CONNECT-ERRORS +PODS +MONITORS\n10\.0\.0\.9:9092 +Pod/a +2 +1 +1 +drawn/orders\n$", text);
        Assert.DoesNotContain(text, c => c is '\u001b' or '\u0000' or '\u0007' or '\r' or '\t' or '\u202e' or '\u2066' or '\u2028');

        (_, text, _) = await fixture.RunAsync(null, "topology", "-A");
        Assert.Matches(@"\n\S+ +produced by +drawn +Pod/a ", text);
        (code, text, _) = await fixture.RunAsync(null, "topology", "-n", "drawn", "-o", "json", "--pods");
        var json = JsonNode.Parse(text)!;
        Assert.Equal((0, true), (code, json["nodes"]!.AsArray().Any(n => n!["id"]!.ToString() == "pod:drawn/a")));
        Assert.DoesNotContain(text, c => c is '\u202e' or '\u2066' or '\u2028');
        (_, text, errors) = await fixture.RunAsync(null, "topology", "-n", "drawn", "--limit", "1");
        Assert.Contains("__other__", text, StringComparison.Ordinal);
        Assert.Equal("note: 7 more topics are added up as __other__; --limit shows more\n", errors);
    }

    [Fact]
    public async Task Topology_WithoutTraffic_SaysSo()
    {
        await fixture.ApplyMonitorAsync("quiet");
        await fixture.UntilJsonAsync("/api/v1/monitors", l => l["monitors"]!.AsArray().Any(m => m!["namespace"]!.ToString() == "quiet"));

        Assert.Equal((0, "", "kafkamesh topology: no sidecar in namespace quiet has reported outbound traffic\n"), await fixture.RunAsync(null, "topology", "orders", "-n", "quiet"));
        Assert.Equal(
            (1, "", "kafkamesh topology: there is no KafkaMonitor quiet/nobody; it may have been deleted, and kubectl get kafkamonitors -A lists those that there are\n"),
            await fixture.RunAsync(null, "topology", "nobody", "-n", "quiet"));
    }

    [Theory]
    [InlineData("-o xml", "--output: 'xml' is not accepted; it takes table, wide, json or dot")]
    [InlineData("orders -A", "--all-namespaces shows everything; leave out the name and -n")]
    [InlineData("--limit 0", "--limit: '0' is not accepted; it takes 1 to 1000")]
    public async Task Topology_WrongUsage_Exits64WithOneLine(string arguments, string sentence) =>
        Assert.Equal((64, "", $"kafkamesh topology: {sentence}\n"), await fixture.RunAsync(null, ["topology", .. arguments.Split(' ')]));
}
