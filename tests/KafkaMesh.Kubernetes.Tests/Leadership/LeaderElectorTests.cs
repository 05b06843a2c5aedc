using System.Diagnostics;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Leadership;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Leadership;

/// <summary>Who leads, and that never two do.</summary>
public sealed class LeaderElectorTests
{
    [Fact]
    public async Task RunAsync_Cancelled_ReleasesSoThatTheNextLeadsAtOnce()
    {
        var lease = new LeaseServer();
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        await using var first = Candidate.Start(server, "first");
        await first.LeadsAsync();
        await using var second = Candidate.Start(server, "second");
        await Eventually.TrueAsync(() => second.Elector.CurrentLeader == "first", "the second sees the first");
        Assert.False(second.Elector.IsLeader);

        var watch = Stopwatch.StartNew();
        Assert.False(await first.StopAsync());
        await second.LeadsAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"took {watch.Elapsed}, a whole lease");
        Assert.Equal(1, (int)lease.Lease!["spec"]!["leaseTransitions"]!);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileARenewalIsOnItsWay_ReleasesAllTheSame()
    {
        var lease = new LeaseServer();
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        await using var first = Candidate.Start(server, "first");
        await first.LeadsAsync();
        await lease.HoldNextAnswerAsync();

        Assert.False(await first.StopAsync());

        Assert.Equal("", lease.Holder);
    }

    [Fact]
    public async Task RunAsync_LeaderCutOff_StopsBeforeTheOtherBegins()
    {
        var lease = new LeaseServer();
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        await using var first = Candidate.Start(server, "first");
        await first.LeadsAsync();
        await using var second = Candidate.Start(server, "second");
        await Eventually.TrueAsync(() => second.Elector.CurrentLeader == "first", "the second sees the first");

        lease.CutOff = "first";
        var both = false;
        await Eventually.TrueAsync(
            () =>
            {
                both |= first.IsWorking && second.IsWorking;
                return second.IsWorking;
            },
            "the second leads");

        Assert.False(both);
        Assert.True(await first.Ended);
        Assert.Equal("second", lease.Holder);
    }

    [Fact]
    public async Task RunAsync_LeaseTakenAway_LosesLeadership()
    {
        var lease = new LeaseServer();
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        await using var first = Candidate.Start(server, "first");
        await first.LeadsAsync();
        using var thief = new KubernetesClient(server.Configuration());
        var stolen = lease.Lease!;
        stolen["spec"]!["holderIdentity"] = "thief";
        while (!await TrySendAsync(thief, lease, stolen))
        {
            stolen["metadata"]!["resourceVersion"] = lease.Lease!["metadata"]!["resourceVersion"]!.DeepClone();
        }

        Assert.True(await first.Ended);
        Assert.Equal("thief", lease.Holder);
    }

    // What a machine finds that was suspended with its clocks: by them its time is not over.
    [Fact]
    public async Task ConfirmAsync_LeaseTakenAwayUnseen_LeadsNoMore()
    {
        var lease = new LeaseServer();
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        using var client = new KubernetesClient(server.Configuration());
        using var stop = new CancellationTokenSource();
        var elector = new LeaderElector(client, Candidate.Config("first").WithLease(TimeSpan.FromMinutes(10)), TestLog.None);
        Assert.False(await elector.ConfirmAsync(TestContext.Current.CancellationToken));
        var running = elector.RunAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, token), stop.Token);
        await Eventually.TrueAsync(() => elector.IsLeader, "leading");
        Assert.True(await elector.ConfirmAsync(TestContext.Current.CancellationToken));

        var stolen = lease.Lease!;
        stolen["spec"]!["holderIdentity"] = "thief";
        Assert.True(await TrySendAsync(client, lease, stolen));

        Assert.True(elector.IsLeader);
        Assert.False(await elector.ConfirmAsync(TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task RunAsync_WorkThatEndsByItself_ReleasesTheLease()
    {
        var lease = new LeaseServer();
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        using var client = new KubernetesClient(server.Configuration());
        var elector = new LeaderElector(client, Candidate.Config("only"), TestLog.None);

        Assert.False(await elector.RunAsync(_ => Task.CompletedTask, TestContext.Current.CancellationToken));

        Assert.Equal("", lease.Holder);
        Assert.Equal(1, (int)lease.Lease!["spec"]!["leaseDurationSeconds"]!);
    }

    [Fact]
    public void Constructor_TimesThatDoNotFit_AreRefused()
    {
        var config = Candidate.Config("x") with { RenewDeadline = TimeSpan.FromSeconds(30) };
        using var client = new KubernetesClient(new() { Host = new Uri("https://127.0.0.1:1/") });

        Assert.Throws<ArgumentException>(() => new LeaderElector(client, config, TestLog.None));
    }

    private static async Task<bool> TrySendAsync(KubernetesClient client, LeaseServer lease, System.Text.Json.Nodes.JsonObject body)
    {
        try
        {
            await client.SendAsync(HttpMethod.Put, "apis/coordination.k8s.io/v1/namespaces/demo/leases/leader", body, TestContext.Current.CancellationToken);
            return true;
        }
        catch (ApiException exception) when (exception.IsConflict && lease.Holder == "first")
        {
            return false;
        }
    }

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly KubernetesClient _client;

        private Candidate(FaultyApiServer server, string identity)
        {
            _client = new KubernetesClient(server.Configuration(), new KubernetesClientOptions { UserAgent = $"{identity}/1.0" });
            Elector = new LeaderElector(_client, Config(identity), TestLog.None);
            Ended = Elector.RunAsync(LeadAsync, _stop.Token);
        }

        public LeaderElector Elector { get; }

        public Task<bool> Ended { get; }

        public volatile bool IsWorking;

        public static LeaderElectionConfig Config(string identity) => new()
        {
            Namespace = "demo",
            Name = "leader",
            Identity = identity,
            LeaseDuration = TimeSpan.FromSeconds(3),
            RenewDeadline = TimeSpan.FromSeconds(1.5),
            RetryPeriod = TimeSpan.FromSeconds(0.3),
        };

        public static Candidate Start(FaultyApiServer server, string identity) => new(server, identity);

        public Task LeadsAsync() => Eventually.TrueAsync(() => IsWorking, "leading");

        public async Task<bool> StopAsync()
        {
            await _stop.CancelAsync();
            return await Ended;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _client.Dispose();
        }

        private async Task LeadAsync(CancellationToken cancellationToken)
        {
            IsWorking = true;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                IsWorking = false;
            }
        }
    }
}
