using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Operator.Tests.Dashboard;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands.Taps;

/// <summary><c>kafkamesh tap</c> as a process of its own, through the API server to a sidecar.</summary>
public sealed class TapCommandTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private const string Request = "event: request\ndata: {\"time\":\"2026-01-01T00:00:00.000000Z\",\"direction\":\"outbound\",\"connection\":1,\"api\":\"Produce\",\"apiKey\":0,\"version\":9,\"correlationId\":ID,"
        + "\"clientId\":\"c\\u202e\\u001b[2J\",\"size\":100,\"topics\":[\"orders\"]}\n\n";
    private const string Response = "event: response\ndata: {\"time\":\"2026-01-01T00:00:00.002000Z\",\"direction\":\"outbound\",\"connection\":1,\"api\":\"Produce\",\"apiKey\":0,\"version\":9,\"correlationId\":ID,"
        + "\"clientId\":\"c\\u202e\\u001b[2J\",\"size\":50,\"latencyMilliseconds\":2,\"errors\":[\"NOT_LEADER_OR_FOLLOWER\"],\"topics\":[\"orders\"]}\n\n";

    [Fact]
    public async Task Tap_PodUntilInterrupted_ShowsPairsAsTheyPassAndSumsUp()
    {
        await using var sidecar = await StartAsync("tapped", "127.0.10.71", "a");
        using var process = BuiltProgram.Start("tap", "a", "-n", "tapped", "--api", "Produce", "--api", "fetch,1", "--topic", "a&b", "--client", "c d", "--errors", "-o", "json", "--kubeconfig", fixture.KubeconfigPath);
        await fixture.UntilAsync("tap open", () => Task.FromResult(sidecar.Open == 1));
        Assert.Equal("?sample=1&rate=200&errors=true&api=Produce%2Cfetch%2C1&topic=a%26b&client=c%20d", Assert.Single(sidecar.Queries));

        sidecar.Send(Of(Request, 1) + Of(Response, 1) + "event: lost\ndata: {\"count\":5}\n\n" + Of(Request, 2));
        var line = await process.StandardOutput.ReadLineAsync(Soon());
        var json = JsonNode.Parse(line!)!;
        Assert.DoesNotContain(line!, c => char.IsControl(c) || c == '\u202e');
        Assert.Equal(("a", 100, 50, 2.0), (json["pod"]!.ToString(), json["requestSize"]!.GetValue<int>(), json["responseSize"]!.GetValue<int>(), json["latencyMilliseconds"]!.GetValue<double>()));
        sidecar.Send(Of(Response, 3));
        Assert.Null(JsonNode.Parse((await process.StandardOutput.ReadLineAsync(Soon()))!)!["requestSize"]);

        await Programs.RunAsync("kill", "-INT", process.Id.ToString(CultureInfo.InvariantCulture));
        Assert.False(JsonNode.Parse((await process.StandardOutput.ReadLineAsync(Soon()))!)!["answered"]!.GetValue<bool>());
        var (code, _, errors) = await EndAsync(process);
        Assert.Equal(0, code);
        Assert.Matches("^note: 5 requests and responses are left out so far: more pass than a tap shows; a filter or --sample shows fewer\nkafkamesh tap: 3 requests in [0-9]+ s, 2 with errors, 1 without a response that was seen; 5 requests and responses were left out: more passed than a tap shows\n$", errors);
        await fixture.UntilAsync("closed at the sidecar", () => Task.FromResult(sidecar.Open == 0));
    }

    [Fact]
    public async Task Tap_MonitorWithALimit_NamesPodsAndEndsByItself()
    {
        await using var first = await StartAsync("both", "127.0.10.72", "a");
        await using var second = await fixture.StartPodAsync("both", "b", "127.0.10.73", DashboardFixture.Full("both-b", 1, 10, uptime: 10));
        await fixture.UntilJsonAsync("/api/v1/namespaces/both/monitors/orders", m => m["pods"]!["reporting"]!.GetValue<int>() == 2);
        using var process = BuiltProgram.Start("tap", "orders", "-n", "both", "--limit", "2", "--sample", "25", "--kubeconfig", fixture.KubeconfigPath);
        await fixture.UntilAsync("taps open", () => Task.FromResult((first.Open, second.Open) == (1, 1)));
        Assert.All([first, second], s => Assert.Equal("?sample=25&rate=200", Assert.Single(s.Queries)));
        Assert.Matches(@"^TIME \(UTC\) +POD +CLIENT +API +VER +OUT +IN +LATENCY +RESULT +TOPICS$", await process.StandardOutput.ReadLineAsync(Soon()));
        second.Send(Of(Request, 1) + Of(Response, 1));
        Assert.Equal("00:00:00.002  b    c\uFFFD\uFFFD[2J                Produce                 9     100      50      2ms  NOT_LEADER_OR_FOLLOWER    orders", await process.StandardOutput.ReadLineAsync(Soon()));
        first.Send(Of(Response, 1));
        Assert.StartsWith("00:00:00.002  a    ", await process.StandardOutput.ReadLineAsync(Soon()), StringComparison.Ordinal);
        var (code, output, errors) = await EndAsync(process);
        Assert.Equal((0, ""), (code, output));
        Assert.StartsWith("note: one request in 25 is shown, with its response; the others are left out and not counted\n", errors, StringComparison.Ordinal);
        Assert.Contains("2 requests in ", errors, StringComparison.Ordinal);
        Assert.EndsWith("; one in 25 was asked for, the others were not counted; of those nothing was left out\n", errors, StringComparison.Ordinal);

        first.Refusal = "the query may have api=Produce";
        Assert.Equal((64, "", "kafkamesh tap: the sidecar of pod a says: the query may have api=Produce\n"), await fixture.RunAsync(null, "tap", "orders", "-n", "both", "--api", "Prodce"));
    }

    [Fact]
    public async Task Tap_ByRole_IsKubernetesDecision()
    {
        await using var sidecar = await StartAsync("rights", "127.0.10.74", "a");
        var viewer = await fixture.PersonAsync("viewer", "kafkamesh-view");
        Assert.Equal(
            (69, "", "kafkamesh tap: Kubernetes does not let you make a token of the ServiceAccount kafkamesh-tap, which this needs (serviceaccounts \"kafkamesh-tap\" is forbidden: User \"system:serviceaccount:people:viewer\" "
                + "cannot create resource \"serviceaccounts/token\" in API group \"\" in the namespace \"kafkamesh-system\"); an administrator allows it with kubectl create rolebinding NAME -n kafkamesh-system --role=kafkamesh-tap --user=YOU\n"),
            await fixture.RunAsync(viewer, "tap", "a", "-n", "rights"));
        Assert.Empty(sidecar.Queries);

        var tapper = await fixture.PersonAsync("tapper", "kafkamesh-tap");
        using var process = BuiltProgram.Start("tap", "pod/a", "-n", "rights", "--limit", "1", "--kubeconfig", tapper);
        await fixture.UntilAsync("tap open", () => Task.FromResult(sidecar.Open == 1));
        sidecar.Send(Of(Response, 1));
        Assert.Equal(0, (await EndAsync(process)).Code);
    }

    [Fact]
    public async Task Tap_BrokenOff_SaysSoAndGoesOn()
    {
        await using var sidecar = await StartAsync("broken", "127.0.10.75", "a");
        using var process = BuiltProgram.Start("tap", "a", "-n", "broken", "--kubeconfig", fixture.KubeconfigPath);
        await fixture.UntilAsync("tap open", () => Task.FromResult(sidecar.Open == 1));
        sidecar.Send(Of(Response, 1));
        Assert.StartsWith("TIME (UTC) ", await process.StandardOutput.ReadLineAsync(Soon()), StringComparison.Ordinal);
        Assert.StartsWith("00:00:00.002 ", await process.StandardOutput.ReadLineAsync(Soon()), StringComparison.Ordinal);
        fixture.BreakConnections();
        await fixture.UntilAsync("opened anew", () => Task.FromResult(sidecar.Queries.Count == 2 && sidecar.Open == 1));
        sidecar.Send(Of(Response, 2));
        Assert.StartsWith("00:00:00.002 ", await process.StandardOutput.ReadLineAsync(Soon()), StringComparison.Ordinal);

        // Nobody answers for the operator any more, until who waits has had enough.
        (fixture.ProxiedPort, var port) = (null, fixture.ProxiedPort);
        fixture.BreakConnections();
        var lost = new Regex("^kafkamesh tap: the connection to the operator was lost: .*; it is opened anew, and what passes until then is not shown$");
        Assert.Matches(lost, await process.StandardError.ReadLineAsync(Soon()));
        Assert.Matches(lost, await process.StandardError.ReadLineAsync(Soon()));
        await Programs.RunAsync("kill", "-INT", process.Id.ToString(CultureInfo.InvariantCulture));
        var (code, _, errors) = await EndAsync(process);
        fixture.ProxiedPort = port;
        Assert.Equal(0, code);
        Assert.Matches("^kafkamesh tap: 2 requests in [0-9]+ s, 2 with errors, 0 without a response that was seen; nothing was left out\n$", errors);
    }

    [Fact]
    public async Task Tap_NobodyThere_SaysSo()
    {
        await using var sidecar = await StartAsync("empty", "127.0.10.77", "a");
        Assert.Equal((1, "", "kafkamesh tap: there is neither a KafkaMonitor nobody nor a pod nobody with a sidecar in namespace empty\n"), await fixture.RunAsync(null, "tap", "nobody", "-n", "empty"));
        Assert.Equal((1, "", "kafkamesh tap: there is no KafkaMonitor empty/nobody; it may have been deleted, and kubectl get kafkamonitors -A lists those that there are\n"), await fixture.RunAsync(null, "tap", "kmon/nobody", "-n", "empty"));
    }

    [Fact]
    public async Task Tap_ReaderGone_Ends()
    {
        await using var sidecar = await StartAsync("headed", "127.0.10.76", "a");
        using var process = BuiltProgram.Start("tap", "a", "-n", "headed", "--kubeconfig", fixture.KubeconfigPath);
        await fixture.UntilAsync("tap open", () => Task.FromResult(sidecar.Open == 1));
        process.StandardOutput.Close();
        await fixture.UntilAsync("ended", () =>
        {
            sidecar.Send(Of(Response, 1));
            return Task.FromResult(process.HasExited);
        });
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("tap", "kafkamesh: Required argument 'POD|MONITOR' missing for command: 'tap' (kafkamesh --help lists what there is)")]
    [InlineData("tap a -o yaml", "kafkamesh tap: --output: 'yaml' is not accepted; it takes table, wide or json")]
    [InlineData("tap a --limit none", "kafkamesh tap: --limit: 'none' is not accepted; it takes a number from 1")]
    [InlineData("tap a --sample 0", "kafkamesh tap: --sample: '0' is not accepted; it takes a number from 1 to 1000000")]
    [InlineData("tap a --sample 1000001", "kafkamesh tap: --sample: '1000001' is not accepted; it takes a number from 1 to 1000000")]
    [InlineData("tap a --sample 1/10", "kafkamesh tap: --sample: '1/10' is not accepted; it takes a number from 1 to 1000000")]
    [InlineData("tap a --api a&b", "kafkamesh tap: --api: 'a&b' is not accepted; it takes Kafka's name of an API, such as Produce, or its key")]
    [InlineData("tap service/a", "kafkamesh tap: 'service/a' is no pod or KafkaMonitor; write NAME, pod/NAME or kafkamonitor/NAME")]
    [InlineData("tap ..", "kafkamesh tap: '..' is no pod or KafkaMonitor; write NAME, pod/NAME or kafkamonitor/NAME")]
    public async Task Tap_WrongUsage_Exits64WithOneLine(string arguments, string sentence) =>
        Assert.Equal((64, "", sentence + "\n"), await BuiltProgram.RunAsync("", arguments.Split(' ')));

    [Fact]
    public async Task Tap_Completion_OffersTheSample()
    {
        const string Line = "kafkamesh tap a --sa";
        Assert.Equal((0, "--sample\n", ""), await BuiltProgram.RunAsync("", $"[suggest:{Line.Length}]", Line));
    }

    private static string Of(string events, int id) => events.Replace("ID", id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private static async Task<(int Code, string Output, string Errors)> EndAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Soon()), process.StandardError.ReadToEndAsync(Soon()));
        await process.WaitForExitAsync(Soon());
        return (process.ExitCode, await output, await errors);
    }

    private async Task<TapSidecar> StartAsync(string space, string address, string pod)
    {
        await fixture.ApplyMonitorAsync(space);
        await fixture.EntryAsync($"orders.{space}.inject.kafkamesh.io");
        var sidecar = await fixture.StartPodAsync(space, pod, address, DashboardFixture.Full(space, 1, 10, uptime: 10));
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{space}/monitors/orders", m => m["pods"]!["reporting"]!.GetValue<int>() == 1);
        return sidecar;
    }
}
