using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Dashboard;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary><c>kafkamesh top</c> as a process of its own, through the API server.</summary>
public sealed class TopCommandTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    [Fact]
    public async Task Top_NoTerminal_ShowsTheStatussFiguresOnce()
    {
        await fixture.ApplyMonitorAsync("topped");
        await fixture.EntryAsync("orders.topped.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("topped", "a", "127.0.10.80", DashboardFixture.Full("topped", 1, 100, uptime: 10));
        await fixture.UntilAsync("status", async () => (await fixture.StatusAsync("topped"))?.ApiKeys is { Count: > 1 });
        await fixture.UntilJsonAsync("/api/v1/monitors", l => l["monitors"]!.AsArray().Any(m => m!["namespace"]!.ToString() == "topped")); // written once a second

        var (code, text, errors) = await fixture.RunAsync(null, "top", "-n", "topped");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"^NAME +HEALTH +PODS +REQ/S +.*\norders +\w+ +1/1 +\S+ ", text);
        Assert.DoesNotContain('\u001b', text);

        (code, text, errors) = await fixture.RunAsync(null, "top", "orders", "-n", "topped", "-o", "json");
        Assert.Equal((0, ""), (code, errors));
        var items = JsonNode.Parse(text)!["items"]!.AsArray();
        foreach (var api in (await fixture.StatusAsync("topped"))!.ApiKeys!)
            Assert.Equal((api.Requests, api.Errors), items.Select(i => i!["figures"]!).Where(f => f["name"]!.ToString() == api.Name).Select(f => (f["requests"]!.GetValue<long>(), f["errors"]!.GetValue<long>())).Single());

        foreach (var view in (string[])["apis", "topics", "clients", "groups", "pods", "errors"])
        {
            (code, text, errors) = await fixture.RunAsync(null, "top", view, "orders", "-n", "topped", "-o", "wide");
            Assert.True((code, errors) == (0, "") && text.Split('\n').Length > 2, $"{view}: {text}{errors}");
            Assert.DoesNotContain(text, c => c is '\u001b' or '\u0000' or '\u0007' or '\r' or '\t' or '\u202e' or '\u2066' or '\u2028');
        }
        (_, text, _) = await fixture.RunAsync(null, "top", "topics", "-A", "--filter", "<SCRIPT", "--sort", "records out/s");
        Assert.Matches(@"^NAMESPACE +MONITOR +TOPIC .*\ntopped +orders +<script>alert\(1\)</script> [^\n]*\n$", text);
    }

    [Fact]
    public async Task Top_NothingThere_SaysSo()
    {
        Assert.Equal((0, "", "kafkamesh top: there is no KafkaMonitor in namespace people\n"), await fixture.RunAsync(null, "top", "-n", "people"));
        Assert.Equal(
            (1, "", "kafkamesh top: there is no KafkaMonitor people/nobody; it may have been deleted, and kubectl get kafkamonitors -A lists those that there are\n"),
            await fixture.RunAsync(null, "top", "nobody", "-n", "people"));
        var stranger = await fixture.PersonAsync("stranger");
        var (code, _, errors) = await fixture.RunAsync(stranger, "top");
        Assert.Equal(69, code);
        Assert.StartsWith("kafkamesh top: Kubernetes does not let you reach the operator (services \"kafkamesh-operator:dashboard\" is forbidden: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-o yaml", "--output: 'yaml' is not accepted; it takes table, wide or json")]
    [InlineData("orders -A", "--all-namespaces shows every KafkaMonitor; leave out its name and -n")]
    [InlineData("a b", "'a b': give one view (monitors, apis, topics, clients, groups, pods, errors) and one KafkaMonitor at most")]
    [InlineData("pods topics", "'pods topics': give one view (monitors, apis, topics, clients, groups, pods, errors) and one KafkaMonitor at most")]
    [InlineData("pod/a", "'pod/a' is a pod; kafkamesh top pods shows pods")]
    [InlineData("errors --sort size", "--sort: 'size' is no column of errors; there is NAMESPACE, MONITOR, API, ERROR, ERRORS/S, ERRORS")]
    [InlineData("--interval soon", "--interval: 'soon' is not accepted; it takes a duration such as 2s or 1m, at most 24h")]
    public async Task Top_WrongUsage_Exits64WithOneLine(string arguments, string sentence) =>
        Assert.Equal((64, "", $"kafkamesh top: {sentence}\n"), await fixture.RunAsync(null, ["top", .. arguments.Split(' ')]));
}
