using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>Every operation of the contract against the operator, and the operator's figures against the status of the same round.</summary>
public sealed class ContractTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private const string Monitor = "/api/v1/namespaces/shop/monitors/orders";
    private readonly ContractSchemas _contract = new();

    [Fact]
    public void Silence_OfTheOperatorThePageAndTheDocs_IsTheSame()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "operator/web/src/data/silence.ts"));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"export const silence = {EventStream.LongestSilence.TotalSeconds:0}_000;"), page, StringComparison.Ordinal);
        var docs = File.ReadAllText(Path.Combine(Repository.Root, "docs/api/README.md"));
        Assert.Contains($"a comment after {EventStream.Heartbeat.TotalSeconds:0} s without an event; after {EventStream.LongestSilence.TotalSeconds:0} s without a byte", docs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_EachOfThem_AnswerAsTheContractSays()
    {
        await using var sidecar = await StartAsync("shop", "a", "127.0.9.40");
        var token = await fixture.TapTokenAsync();
        Assert.Empty(_contract.Mistakes());
        Assert.Equal(_contract.Operations.Keys.Order(), fixture.Process.Dashboard!.Endpoint.Routes.Select(r => r.OperationId).Order());
        Assert.Equal(_contract.Operations.Values.Order(), fixture.Process.Dashboard!.Endpoint.Routes.Select(r => r.Template).Order());

        await HoldAsync("getInfo", "/api/v1/info", "Info", token);
        await HoldAsync("listMonitors", "/api/v1/monitors", "MonitorList", token);
        await HoldAsync("getMonitor", Monitor + "?limit=5", "Monitor", token);
        await HoldAsync("getHistory", Monitor + "/history?since=2026-01-01T00:00:00Z", "History", token);
        await HoldAsync("getHistory", Monitor + "/history?api=Produce", "History", token);
        await HoldAsync("listTopics", Monitor + "/topics?q=x&sort=name&offset=0&limit=10", "TopicPage", token);
        await HoldAsync("getTopology", "/api/v1/topology?namespace=shop&monitor=orders&by=pod&limit=3", "Topology", token);
        await HoldAsync("getTopology", "/api/v1/topology", "Topology", token);
        var (status, connections) = await fixture.GetJsonAsync("/api/v1/namespaces/shop/pods/a/connections?after=0&limit=7", token);
        Assert.Equal((HttpStatusCode.OK, 1), (status, connections["open"]!.GetValue<int>()));
        using var client = fixture.Client(token);
        foreach (var path in (string[])["/api/v1/namespaces/shop/pods/a/tap", Monitor + "/tap", "/api/v1/events?namespace=shop&monitor=orders"])
        {
            using var stream = await EventReader.OpenAsync(client, path);
        }
        var contract = await client.GetStringAsync(new Uri("/api/v1/openapi.yaml", UriKind.Relative));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Support.Repository.Root, "docs", "api", "dashboard.openapi.yaml")), contract);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/shop/monitors/nope", 404, "there is no KafkaMonitor shop/nope")]
    [InlineData("/api/v1/namespaces/nowhere/monitors/orders/history", 404, "there is no KafkaMonitor nowhere/orders")]
    [InlineData("/api/v1/namespaces/shop/monitors/%3Cscript%3E%07%0a", 404, "there is no KafkaMonitor shop/<script>??")]
    [InlineData("/api/v1/nope", 404, "/api/v1/openapi.yaml lists")]
    [InlineData("/api/v2/monitors", 404, "/api/v1/openapi.yaml lists")]
    [InlineData("/api/v1/monitors?limit=1", 400, "there is no parameter 'limit' here; there is none")]
    [InlineData("/api/v1/topology?by=node", 400, "the parameter by is 'node'; it takes one of workload, pod")]
    [InlineData("/api/v1/topology?limit=0", 400, "the parameter limit is '0'; it takes a whole number from 1 to 1000")]
    [InlineData("/api/v1/topology?limit=5&limit=6", 400, "the parameter limit is given 2 times; give it once")]
    [InlineData("/api/v1/topology?monitor=orders", 400, "the parameter monitor needs namespace too")]
    [InlineData("/api/v1/topology?namespace=shop&monitor=nope", 404, "there is no KafkaMonitor shop/nope")]
    [InlineData("/api/v1/events?namespace=shop", 400, "the parameters namespace and monitor go together")]
    [InlineData("/api/v1/namespaces/shop/pods/a/tap?errors=perhaps", 400, "the parameter errors is 'perhaps'; it takes one of true, false")]
    [InlineData("/api/v1/namespaces/shop/pods/a/tap?sample=1000001", 400, "it takes a whole number from 1 to 1000000")]
    [InlineData("/api/v1/namespaces/shop/pods/gone/tap", 401, "this needs a token; send a token with audience kafkamesh")]
    public async Task Get_WhatCannotBeAnswered_SaysSoInOneSentence(string path, int status, string detail)
    {
        using var client = fixture.Client();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.Contains(detail, problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem["detail"]!.ToString());
        Assert.Equal("", _contract.Check("Problem", problem));
    }

    [Fact]
    public async Task Get_MonitorOrPodThatWasDeleted_IsNotFound()
    {
        await using (await StartAsync("leaves", "a", "127.0.9.41"))
        {
            var token = await fixture.TapTokenAsync();
            await fixture.Kubectl.RunAsync(null, "delete", "pod", "a", "-n", "leaves", "--grace-period=0", "--force");
            await fixture.UntilAsync("no pod", async () => (await fixture.GetJsonAsync("/api/v1/namespaces/leaves/pods/a/connections", token)).Status == HttpStatusCode.NotFound);
            var (_, problem) = await fixture.GetJsonAsync("/api/v1/namespaces/leaves/pods/a/connections", token);
            Assert.Contains("no pod leaves/a carries a sidecar; it may have been deleted", problem["detail"]!.ToString(), StringComparison.Ordinal);
        }
        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", "leaves");
        await fixture.UntilAsync("no monitor", async () => (await fixture.GetJsonAsync("/api/v1/namespaces/leaves/monitors/orders")).Status == HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Figures_OfARound_EqualTheStatusOfThatRound()
    {
        await using var sidecar = await StartAsync("equal", "a", "127.0.9.42");
        var sequence = 2;
        sidecar.Advance = _ => DashboardFixture.Full("equal", ++sequence, 150 + (20L * sequence), uptime: 10 * sequence);
        JsonNode page = null!;
        Contracts.Monitors.KafkaMonitorStatus status = null!;
        await fixture.UntilAsync("page and status of one round", async () =>
        {
            var before = await fixture.StatusAsync("equal");
            page = (await fixture.GetJsonAsync("/api/v1/namespaces/equal/monitors/orders")).Body;
            status = (await fixture.StatusAsync("equal"))!;
            return Text(before) == Text(status) && Long(page["apis"]![0], "requests") == status.ApiKeys![0].Requests && status.Traffic!.RequestsPerSecond > 0
                && status.Conditions!.Any(c => c is { Type: "Progressing", Status: "False" }) // its entry is young at first
                && page["conditions"]!.AsArray().Any(c => (c!["type"]!.ToString(), c["status"]!.ToString()) == ("Progressing", "False")) // and a page up to 1 s old
                && status.Traffic.RequestsPerSecond == SignificantDigits.Round(page["traffic"]!["requestsPerSecond"]?.GetValue<double>() ?? 0);
        });

        Assert.Equal(
            status.ApiKeys!.Select(a => (a.ApiKey, a.Name, a.Requests, a.Responses, a.Errors, a.RequestBytes, a.ResponseBytes, a.LatencyMilliseconds!.P99)),
            page["apis"]!.AsArray().Select(a => (
                Number(a, "apiKey"), a!["name"]!.ToString(), Long(a, "requests"), Long(a, "responses"), Long(a, "errors"), Long(a, "requestBytes"), Long(a, "responseBytes"),
                SignificantDigits.Round(a["latencyMilliseconds"]!["p99"]!.GetValue<double>()))));
        Assert.Equal(
            status.Topics!.Select(t => (t.Name, t.RecordsIn, t.RecordsOut, t.BytesIn, t.BytesOut)),
            page["topics"]!.AsArray().Select(t => (t!["name"]!.ToString(), Long(t, "recordsIn"), Long(t, "recordsOut"), Long(t, "bytesIn"), Long(t, "bytesOut"))));
        Assert.Equal(status.Groups!.Select(g => (g.Name, g.Members, g.Rebalances)), page["groups"]!.AsArray().Select(g => (g!["name"]!.ToString(), Long(g, "members"), Long(g, "rebalances"))));
        Assert.Equal(status.Errors!.Select(e => (e.Error, e.Count)), page["errors"]!.AsArray().Select(e => (e!["error"]!.ToString(), Long(e, "count"))));
        Assert.Equal((status.Pods!.Selected, status.Pods.Reporting), (Number(page["pods"], "selected"), Number(page["pods"], "reporting")));
        Assert.Equal((status.Connections!.Kafka, status.Connections.Tls), (Long(page["connections"], "kafka"), Long(page["connections"], "tls")));
        Assert.Equal(status.Summary!.TopApi, page["topApi"]!.ToString());
        Assert.Equal(status.Traffic!.ErrorRatio, SignificantDigits.Round(page["traffic"]!["errorRatio"]?.GetValue<double>() ?? 0));
        Assert.Equal(status.Traffic.P99Milliseconds, SignificantDigits.Round(page["traffic"]!["p99Milliseconds"]?.GetValue<double>() ?? 0));
        Assert.Equal(status.Traffic.BytesInPerSecond, SignificantDigits.Round(page["traffic"]!["bytesInPerSecond"]!.GetValue<double>()));
        Assert.Equal(status.Conditions!.Select(c => (c.Type, c.Status, c.Message)), page["conditions"]!.AsArray().Select(c => (c!["type"]!.ToString(), c["status"]!.ToString(), c["message"]!.ToString())));
        Assert.Equal("Healthy", page["health"]!.ToString());
    }

    [Fact]
    public async Task Names_FromHostileClients_ComeOutAsTheTextThatTheyAre()
    {
        await using var sidecar = await StartAsync("hostile", "a", "127.0.9.43");
        using var client = fixture.Client();
        foreach (var path in (string[])["/api/v1/namespaces/hostile/monitors/orders", "/api/v1/topology?namespace=hostile", "/api/v1/namespaces/hostile/monitors/orders/topics"])
        {
            var text = await client.GetStringAsync(new Uri(path, UriKind.Relative));
            Assert.DoesNotContain('<', text);
            Assert.DoesNotContain(text, c => char.IsControl(c) || c is '\u202E' or '\u2066' or '\u2028' or '\u2029');
            var body = JsonNode.Parse(text)!;
            var names = (body["topics"] ?? body["nodes"])!.AsArray().Select(t => t!["name"]!.ToString());
            Assert.Empty(DashboardFixture.HostileNames.Except(names));
        }
        var monitor = (await fixture.GetJsonAsync("/api/v1/namespaces/hostile/monitors/orders")).Body;
        Assert.Equal(DashboardFixture.HostileNames.Order(StringComparer.Ordinal), monitor["clients"]!.AsArray().Select(c => c!["clientId"]!.ToString()));
        Assert.Equal(DashboardFixture.HostileNames.Order(StringComparer.Ordinal), monitor["groups"]!.AsArray().Select(c => c!["name"]!.ToString()).Order(StringComparer.Ordinal));
        var page = (await fixture.GetJsonAsync($"/api/v1/namespaces/hostile/monitors/orders/topics?q={Uri.EscapeDataString("<SCRIPT")}")).Body;
        Assert.Equal((1, "<script>alert(1)</script>"), (Number(page, "total"), page["topics"]![0]!["name"]!.ToString()));
    }

    [Fact]
    public async Task Get_WithTheTagOfBefore_SaysNotModifiedUntilTheNextRound()
    {
        await fixture.CreateNamespaceAsync("tags");
        await fixture.ApplyMonitorAsync("tags", intervalSeconds: 300);
        await fixture.UntilJsonAsync("/api/v1/namespaces/tags/monitors/orders", m => m["conditions"]!.AsArray().Count == 4);
        using var client = fixture.Client();
        var tag = "";
        await fixture.UntilAsync("a round that lasts", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/namespaces/tags/monitors/orders", UriKind.Relative));
            if (tag.Length > 0)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var response = await client.SendAsync(request);
            Assert.Equal("private, no-cache", string.Join(", ", response.Headers.GetValues("Cache-Control")).Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal));
            tag = response.Headers.GetValues("ETag").Single();
            return response.StatusCode == HttpStatusCode.NotModified;
        });
        Assert.StartsWith("W/\"", tag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_AllOfThem_CarryTheHeadersThatProtectThePage()
    {
        using var client = fixture.Client();
        foreach (var path in (string[])["/", "/api/v1/monitors", "/api/v1/nope", "/assets/nope.js"])
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.False(response.Headers.Contains("Server"));
        }
        using var post = await client.PostAsync(new Uri("/api/v1/monitors", UriKind.Relative), content: null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    private static string Text(Contracts.Monitors.KafkaMonitorStatus? status) => JsonSerializer.Serialize(status, ContractsJson.Default.KafkaMonitorStatus!);

    private static int Number(JsonNode? node, string name) => node![name]!.GetValue<int>();

    private static long Long(JsonNode? node, string name) => node![name]!.GetValue<long>();

    private async Task HoldAsync(string operation, string path, string schema, string token)
    {
        var (status, answer) = await fixture.GetJsonAsync(path, token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("", _contract.Check(schema, answer));
        Assert.Empty(_contract.Unknown(schema, answer));
        foreach (var parameter in path.Split('?').Skip(1).SelectMany(q => q.Split('&')))
            Assert.Contains(parameter.Split('=')[0], _contract.QueryOf(operation));
    }

    // A pod whose sidecar has reported twice.
    private async Task<TapSidecar> StartAsync(string space, string pod, string address)
    {
        await fixture.ApplyMonitorAsync(space);
        await fixture.EntryAsync($"orders.{space}.inject.kafkamesh.io");
        var sidecar = await fixture.StartPodAsync(space, pod, address, DashboardFixture.Full(space, 1, 100, uptime: 10));
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{space}/monitors/orders", m => m["apis"]!.AsArray().Sum(a => Long(a, "requests")) == 200);
        sidecar.Report = DashboardFixture.Full(space, 2, 150, uptime: 20);
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{space}/monitors/orders", m => m["apis"]!.AsArray().Sum(a => Long(a, "requests")) == 300);
        return sidecar;
    }
}
