using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Dashboard;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands.Taps;

/// <summary><c>kafkamesh tap</c> while the operator is replaced: replicas as processes of their own, ended by SIGTERM, behind the API server's service proxy.</summary>
public sealed class TapRolloutTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private const string Stopping = "kafkamesh tap: the operator stops; it is opened anew, and what passes until then is not shown";
    private static readonly TimeSpan s_goal = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Tap_WhileReplicasAreReplaced_GoesOnAtAnotherWithOneLineAndShowsNothingTwice()
    {
        await fixture.ApplyMonitorAsync("rolled", intervalSeconds: 15);
        await fixture.EntryAsync("orders.rolled.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("rolled", "a", "127.0.10.81", DashboardFixture.Full("rolled", 1, 10, uptime: 10));
        await fixture.StopOperatorAsync();
        await using var first = await fixture.StartReplicaAsync();
        await UntilAsync(first, leads: true);
        await fixture.UntilJsonAsync("/api/v1/namespaces/rolled/monitors/orders", m => m["pods"]!["reporting"]!.GetValue<int>() == 1, port: first.DashboardPort);
        await using var second = await fixture.StartReplicaAsync();
        await UntilAsync(second, leads: false);

        // One goes to the leader, the other through the standby.
        using var direct = await TapAsync(first, sidecar, open: 1);
        using var passedOn = await TapAsync(second, sidecar, open: 2);
        Process[] both = [direct, passedOn];
        sidecar.Send(Response(1));
        foreach (var tap in both)
            Assert.Equal(1, await NextAsync(tap));

        // A rollout takes the leader from the Service and ends it.
        fixture.ProxiedPort = second.DashboardPort;
        var start = Stopwatch.GetTimestamp();
        await first.TerminateAsync();
        await fixture.UntilAsync("both go on", () => Task.FromResult(sidecar.Queries.Count == 4 && sidecar.Open == 2));
        var took = Stopwatch.GetElapsedTime(start);
        Assert.True(took < s_goal, $"they went on after {took.TotalSeconds:0.0} s");
        sidecar.Send(Response(2));
        foreach (var tap in both)
        {
            Assert.Equal(2, await NextAsync(tap));
            Assert.Equal(Stopping, await tap.StandardError.ReadLineAsync(Soon()));
        }

        // The replica through which a tap is passed on is ended while the leader stays.
        await using var third = await fixture.StartReplicaAsync();
        await UntilAsync(third, leads: false);
        using var through = await TapAsync(third, sidecar, open: 3);
        Process[] all = [.. both, through];
        sidecar.Send(Response(3));
        foreach (var tap in all)
            Assert.Equal(3, await NextAsync(tap));
        fixture.ProxiedPort = second.DashboardPort;
        await third.TerminateAsync();
        await fixture.UntilAsync("it goes on", () => Task.FromResult(sidecar.Queries.Count == 6 && sidecar.Open == 3));
        sidecar.Send(Response(4));
        foreach (var tap in all)
            Assert.Equal(4, await NextAsync(tap));
        Assert.Matches("^kafkamesh tap: (the operator stops|the connection to the operator was lost: .+); it is opened anew, and what passes until then is not shown$", await through.StandardError.ReadLineAsync(Soon()));

        foreach (var (tap, requests) in all.Zip((int[])[4, 4, 2]))
        {
            await Programs.RunAsync("kill", "-INT", tap.Id.ToString(CultureInfo.InvariantCulture));
            Assert.Equal("", await tap.StandardOutput.ReadToEndAsync(Soon()));
            Assert.Matches($"^kafkamesh tap: {requests} requests in [0-9]+ s, .*; nothing was left out\n$", await tap.StandardError.ReadToEndAsync(Soon()));
            await tap.WaitForExitAsync(Soon());
            Assert.Equal(0, tap.ExitCode);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"both went on after {took.TotalSeconds:0.0} s");
    }

    private static string Response(int id) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""event: response{{"\n"}}data: {"time":"2026-01-01T00:00:00.002000Z","direction":"outbound","connection":1,"api":"Produce","apiKey":0,"version":9,"correlationId":{{id}},"size":50,"topics":[]}{{"\n\n"}}""");

    private static async Task<int> NextAsync(Process tap) =>
        JsonNode.Parse((await tap.StandardOutput.ReadLineAsync(Soon()))!)!["correlationId"]!.GetValue<int>();

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private Task UntilAsync(OperatorReplica replica, bool leads) => fixture.UntilAsync(
        leads ? "it leads" : "it knows the leader",
        async () => await replica.StateAsync() == (true, leads) && (await fixture.GetJsonAsync("/api/v1/info", port: replica.DashboardPort)).Body["leader"]!.GetValue<bool>());

    private async Task<Process> TapAsync(OperatorReplica replica, TapSidecar sidecar, int open)
    {
        fixture.ProxiedPort = replica.DashboardPort;
        var process = BuiltProgram.Start("tap", "pod/a", "-n", "rolled", "-o", "json", "--kubeconfig", fixture.KubeconfigPath);
        await fixture.UntilAsync("tap open", () => Task.FromResult(sidecar.Open == open));
        return process;
    }
}
