using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Dashboard.Taps;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>Taps through the operator: who may, what comes, how it ends.</summary>
public sealed class TapTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private const string Request = """event: request""" + "\n" + """data: {"time":"2026-01-01T00:00:00.000000Z","direction":"outbound","connection":1,"api":"Produce","clientId":"<b>\u202e","topics":["t"],"pod":"forged"}""" + "\n\n";

    [Fact]
    public async Task Tap_Pod_StreamsWhatTheSidecarSaysUnderThePodsName()
    {
        await using var sidecar = await StartAsync("taps", "a", "127.0.9.60");
        using var client = fixture.Client(await fixture.TapTokenAsync());
        using var stream = await EventReader.OpenAsync(client, "/api/v1/namespaces/taps/pods/a/tap?api=Produce,Fetch&topic=a%26b&client=c%20d&errors=true&sample=3");
        Assert.Equal("?sample=3&rate=200&errors=true&api=Produce%2CFetch&topic=a%26b&client=c%20d", Assert.Single(sidecar.Queries));

        sidecar.Send(Request + "event: lost\ndata: {\"count\":5}\n\n:\n\n" + Request.Replace("request", "response", StringComparison.Ordinal));
        var request = await stream.NextAsync("request");
        Assert.Equal(("a", "Produce", "<b>\u202e"), (request["pod"]!.ToString(), request["api"]!.ToString(), request["clientId"]!.ToString()));
        var seen = new Dictionary<string, JsonNode>();
        while (seen.Count < 2)
        {
            var next = (await stream.NextAsync())!.Value;
            seen[next.Name] = next.Data;
        }
        Assert.Equal(5, seen["lost"]["count"]!.GetValue<int>());
        Assert.Equal("a", seen["response"]["pod"]!.ToString());

        // The sidecar's own limit is not the reader's: the operator asks again with a new token.
        sidecar.EndTaps();
        await fixture.UntilAsync("opened again", () => Task.FromResult(sidecar is { Queries.Count: 2, Open: 1 }));
        sidecar.Send(Request);
        await stream.NextAsync("request");

        await fixture.Kubectl.RunAsync(null, "delete", "pod", "a", "-n", "taps", "--grace-period=0", "--force");
        await fixture.UntilAsync("forgotten", async () => (await fixture.GetJsonAsync("/api/v1/namespaces/taps/monitors/orders")).Body["podList"]!.AsArray().Count == 0);

        // Its connection stays open and silent, as one to a node that was lost.
        sidecar.IsLost = true;
        Assert.Equal(TapEnd.PodGone, (await stream.NextAsync("end"))["reason"]!.ToString());
        await fixture.UntilAsync("place free", () => Task.FromResult(fixture.Process.Dashboard!.Endpoint.Taps.Open == 0));
    }

    [Fact]
    public async Task Tap_Monitor_MergesItsPodsAndSaysWhichLeft()
    {
        await using var first = await StartAsync("merged", "a", "127.0.9.61");
        await using var second = await fixture.StartPodAsync("merged", "b", "127.0.9.62", DashboardFixture.Full("merged-b", 1, 10, uptime: 10));
        await fixture.UntilJsonAsync("/api/v1/namespaces/merged/monitors/orders", m => m["pods"]!["reporting"]!.GetValue<int>() == 2);
        using var client = fixture.Client(await fixture.TapTokenAsync());
        using var stream = await EventReader.OpenAsync(client, "/api/v1/namespaces/merged/monitors/orders/tap");
        var pods = (await stream.NextAsync())!.Value;
        Assert.Equal(("pods", """{"pods":["a","b"],"more":0}"""), (pods.Name, pods.Data.ToJsonString()));
        await fixture.UntilAsync("both open", () => Task.FromResult(first.Open + second.Open == 2));

        second.Send(Request);
        Assert.Equal("b", (await stream.NextAsync("request"))["pod"]!.ToString());
        first.Send(Request);
        Assert.Equal("a", (await stream.NextAsync("request"))["pod"]!.ToString());
        await second.DisposeAsync();
        Assert.Equal("""{"pod":"b","reason":"unreachable"}""", (await stream.NextAsync("left")).ToJsonString());
        first.Send(Request);
        Assert.Equal("a", (await stream.NextAsync("request"))["pod"]!.ToString());
    }

    [Fact]
    public async Task Tap_WithoutTokenOrPermission_IsRefusedAndEndsWhenPermissionDoes()
    {
        await using var sidecar = await StartAsync("guarded", "a", "127.0.9.63");
        const string Path = "/api/v1/namespaces/guarded/pods/a/tap";
        await fixture.Kubectl.RunAsync(null, "create", "serviceaccount", "eve", "-n", "guarded");
        var (status, problem) = await fixture.GetJsonAsync(Path, await fixture.TokenAsync("eve", "guarded", WellKnownNames.DashboardAudience));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("system:serviceaccount:guarded:eve may not get kafkamonitors/tap", problem["detail"]!.ToString(), StringComparison.Ordinal);
        foreach (var token in (string?[])[null, "x.y.z", new string('a', 20_000), await fixture.TokenAsync(WellKnownNames.TapAccount, WellKnownNames.SystemNamespace)])
            Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.GetJsonAsync(Path, token)).Status);
        Assert.Empty(sidecar.Queries);

        await fixture.Kubectl.RunAsync(null, "create", "rolebinding", "eve", "-n", "guarded", "--clusterrole=kafkamesh-tap", "--serviceaccount=guarded:eve");
        using var client = fixture.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await fixture.TokenAsync("eve", "guarded", WellKnownNames.DashboardAudience));
        await fixture.UntilAsync("the refusal is forgotten", async () =>
        {
            using var answer = await client.GetAsync(new Uri(Path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode == HttpStatusCode.OK;
        });
        using var stream = await EventReader.OpenAsync(client, Path);

        // Looking needs no token here: whose it is is not asked for where nobody needs to know.
        Assert.Null(JsonNode.Parse(await client.GetStringAsync(new Uri("/api/v1/info", UriKind.Relative)))!["user"]);
        await fixture.Kubectl.RunAsync(null, "delete", "rolebinding", "eve", "-n", "guarded");
        Assert.Equal(TapEnd.Denied, (await stream.NextAsync("end"))["reason"]!.ToString());
    }

    [Fact]
    public async Task Tap_MoreThanThereArePlaces_IsRefused()
    {
        await using var sidecar = await StartAsync("places", "a", "127.0.9.64");
        using var client = fixture.Client(await fixture.TapTokenAsync());
        await fixture.UntilAsync("no tap left from before", () => Task.FromResult(fixture.Process.Dashboard!.Endpoint.Taps.Open == 0));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAsync(new Uri("/api/v1/namespaces/places/pods/a/tap", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead)));
        Assert.Equal(TapHandlers.MaxTaps, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(100 - TapHandlers.MaxTaps, answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
        foreach (var answer in answers)
            answer.Dispose();
        await fixture.UntilAsync("closed at the sidecar too", () => Task.FromResult(sidecar.Open == 0 && fixture.Process.Dashboard!.Endpoint.Taps.Open == 0));
    }

    /// <summary>It is nobody's fault but that of haste: whoever waits is served.</summary>
    [Fact]
    public async Task Tap_SidecarIsAskedTooOften_IsPassedOnWithItsTime()
    {
        await using var sidecar = await StartAsync("haste", "a", "127.0.9.68");
        using var client = fixture.Client(await fixture.TapTokenAsync());
        foreach (var (wait, seconds) in new[] { ("7", "7"), ("86400", "60"), ("soon", "1"), ("0", "1") })
        {
            sidecar.TooOften = wait;
            foreach (var path in (string[])["tap", "connections"])
            {
                using var answer = await client.GetAsync(new Uri($"/api/v1/namespaces/haste/pods/a/{path}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
                Assert.Equal((HttpStatusCode.TooManyRequests, seconds), (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
                var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                Assert.Equal($"the sidecar of pod a is asked too often; try again in {seconds} s", problem["detail"]!.ToString());
            }
        }
    }

    [Theory]
    [InlineData("event: request\ndata: not json\n\n")]
    [InlineData("event: request\ndata: [1]\n\n")]
    [InlineData("event: request\ndata: {\"a\":\"\\ud800\"}\n\n")]
    public async Task Tap_SidecarThatIsNone_CountsAsLostAndHarmsNothing(string events)
    {
        var space = $"odd{Math.Abs(events.GetHashCode(StringComparison.Ordinal)) % 1000}";
        await using var sidecar = await StartAsync(space, "a", $"127.0.9.{65 + (events.Length % 3)}");
        using var client = fixture.Client(await fixture.TapTokenAsync());
        using var stream = await EventReader.OpenAsync(client, $"/api/v1/namespaces/{space}/pods/a/tap");
        sidecar.Send(events);
        Assert.Equal(1, (await stream.NextAsync("lost"))["count"]!.GetValue<int>());
        sidecar.Connections = "<html>";
        var (status, problem) = await fixture.GetJsonAsync($"/api/v1/namespaces/{space}/pods/a/connections", await fixture.TapTokenAsync());
        Assert.Equal((HttpStatusCode.BadGateway, "the sidecar of pod a answered with what is no JSON object"), (status, problem["detail"]!.ToString()));
    }

    private async Task<TapSidecar> StartAsync(string space, string pod, string address)
    {
        await fixture.ApplyMonitorAsync(space);
        await fixture.EntryAsync($"orders.{space}.inject.kafkamesh.io");
        var sidecar = await fixture.StartPodAsync(space, pod, address, DashboardFixture.Full(space, 1, 10, uptime: 10));
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{space}/monitors/orders", m => m["pods"]!["reporting"]!.GetValue<int>() == 1);
        return sidecar;
    }
}
