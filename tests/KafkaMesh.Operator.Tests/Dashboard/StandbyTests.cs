using System.Net;
using KafkaMesh.Operator.Dashboard.Leader;
using KafkaMesh.Operator.Hosting;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>A replica that does not lead.</summary>
public sealed class StandbyTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    [Fact]
    public async Task Requests_ToAStandby_AreAnsweredByTheLeaderAndHonestlyNotWhenItIsGone()
    {
        await fixture.ApplyMonitorAsync("two");
        await fixture.EntryAsync("orders.two.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("two", "a", "127.0.9.70", DashboardFixture.Full("two", 1, 100, uptime: 10));
        await fixture.UntilJsonAsync("/api/v1/namespaces/two/monitors/orders", m => m["apis"]!.AsArray().Count > 0);
        await using var standby = await fixture.MakeProcessAsync();
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var running = standby.RunAsync(started.SetResult, stop.Token);
        await started.Task;
        var port = standby.Dashboard!.Port;
        await fixture.UntilAsync("the standby knows the leader", async () => (await fixture.GetJsonAsync("/api/v1/info", port: port)).Body["leader"]!.GetValue<bool>());

        var monitor = (await fixture.GetJsonAsync("/api/v1/namespaces/two/monitors/orders?limit=3", port: port)).Body;
        Assert.Equal((3, 100), (monitor["topics"]!.AsArray().Count, monitor["apis"]![0]!["requests"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.GetJsonAsync("/api/v1/namespaces/two/monitors/nope", port: port)).Status);
        using var client = fixture.Client(await fixture.TapTokenAsync(), port);
        using var events = await EventReader.OpenAsync(client, "/api/v1/events?namespace=two&monitor=orders");
        await events.NextAsync("monitor");
        using var tap = await EventReader.OpenAsync(client, "/api/v1/namespaces/two/pods/a/tap");
        sidecar.Send("event: request\ndata: {\"api\":\"Fetch\"}\n\n");
        Assert.Equal("Fetch", (await tap.NextAsync("request"))["api"]!.ToString());

        // What was passed on is not passed on again.
        client.DefaultRequestHeaders.Add(LeaderForwarder.ForwardedHeader, "1");
        using var refused = await client.GetAsync(new Uri("/api/v1/monitors", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("this replica was taken for the leader and is none", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await stop.CancelAsync();
        Assert.True(await running);
    }

    [Fact]
    public async Task Info_OfAReplicaWithoutLeader_SaysSo()
    {
        await using var orphan = new DashboardServer(
            new("kafkamesh-system", 0, NeedsToken: false, PodIP: null), fixture.Admin, new ClusterCache(fixture.Admin, "kafkamesh-system", TimeProvider.System, Serilog.Core.Logger.None), certificates: null!,
            isLeader: () => false, currentLeader: () => "x_1@127.0.0.1:1", TimeProvider.System, Serilog.Core.Logger.None);
        await orphan.StartAsync();
        var (status, info) = await fixture.GetJsonAsync("/api/v1/info", port: orphan.Port);
        Assert.Equal((HttpStatusCode.OK, false), (status, info["leader"]!.GetValue<bool>()));
        Assert.Empty(new ContractSchemas().Check("Info", info));
        var (refused, problem) = await fixture.GetJsonAsync("/api/v1/monitors", port: orphan.Port);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);
        Assert.Contains("the leader, which has the figures, cannot be reached: Connection refused", problem["detail"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pod_1@10.0.0.7:8081", "10.0.0.7:8081")]
    [InlineData("pod_1@[fd00::7]:8081", "[fd00::7]:8081")]
    [InlineData("pod_1", null)]
    [InlineData("pod_1@", null)]
    [InlineData("pod_1@10.0.0.7", null)]
    [InlineData("pod_1@evil.example:80", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void AddressOf_Identity_IsTheAddressInIt(string? identity, string? address) => Assert.Equal(address, LeaderIdentity.AddressOf(identity)?.ToString());

    [Theory]
    [InlineData("10.0.0.7", 8081)]
    [InlineData("fd00::7", 1)]
    public void With_Address_IsReadBack(string ip, int port) =>
        Assert.Equal(new IPEndPoint(IPAddress.Parse(ip), port), LeaderIdentity.AddressOf(LeaderIdentity.With("pod_1", IPAddress.Parse(ip), port)));
}
