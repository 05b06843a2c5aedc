using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Stats;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Two replicas as processes of their own; the leader is suspended for longer than its lease while a write of it is on its way, and goes on.</summary>
public sealed class LeaderSuspensionTests : IAsyncLifetime
{
    // Long enough for a busy machine to renew it in time.
    private const int Lease = 6;
    private const string SidecarAddress = "127.0.73.2";

    private readonly List<long> _totals = [];
    private ReplicaCluster? _cluster;

    public async ValueTask InitializeAsync() => _cluster = await ReplicaCluster.StartAsync(SidecarAddress);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("kafkamonitors", "status")]
    [InlineData("configmaps", "")]
    public async Task Leader_IsSuspendedWithAWriteUnderWay_NothingOfItIsTakenAfterItsSuccessors(string resource, string subresource)
    {
        await using var sidecar = await SidecarServer.StartAsync(SidecarAddress, Reports.Of("i1", 1, 100));
        await using var first = await _cluster!.StartReplicaAsync("replica-1", Lease);
        await ReplicaCluster.UntilAsync("the first leads", async () => await first.StateAsync() is { IsReady: true, Leads: true });
        await using var second = await _cluster.StartReplicaAsync("replica-2", Lease);
        await ReplicaCluster.UntilAsync("the second is ready", async () => await second.StateAsync() is { IsReady: true, Leads: false });
        await ReplicaCluster.UntilAsync("the first reports", async () => await _cluster.RequestsAsync() == 100);
        using var end = new CancellationTokenSource();
        var watching = WatchAsync(end.Token);

        // The sidecar starts anew: both ledger and status are to be written. One of them comes as far as the API server's door.
        using var held = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var holds = 1;
        _cluster.Gate.Before = request =>
        {
            if ((request.User.Name, request.Resource, request.Subresource) != ("replica-1", resource, subresource) || Interlocked.Exchange(ref holds, 0) == 0)
                return true;
            held.Release();
            return release.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        };
        sidecar.Report = Reports.Of("i2", 1, 20);
        Assert.True(await held.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await first.SuspendAsync();
        sidecar.Report = Reports.Of("i2", 2, 50, uptime: 20);
        await ReplicaCluster.UntilAsync("the second reports", async () => await _cluster.RequestsAsync() == 150);

        release.Release();
        await first.ResumeAsync();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);

        // What the sidecars before had counted is still known.
        sidecar.Report = Reports.Of("i3", 1, 7);
        await ReplicaCluster.UntilAsync("the second reports again", async () => await _cluster.RequestsAsync() == 157);
        await end.CancelAsync();
        await watching;

        _cluster.AssertOneWriterAfterTheOther();
        Assert.Equal(_totals.Order(), _totals);
        Assert.Contains(150, _totals);
    }

    // Every version of the monitor, also those that nobody asked for in time.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var now = await _cluster!.Admin.ListAsync(MonitorReader.Type, ReplicaCluster.Space, cancellationToken: cancellationToken);
        var options = new WatchOptions { ResourceVersion = now.Metadata.ResourceVersion, Timeout = TimeSpan.FromMinutes(5) };
        try
        {
            await foreach (var change in _cluster.Admin.WatchAsync(MonitorReader.Type, ReplicaCluster.Space, options, cancellationToken))
            {
                if (change is { Entity: JsonObject monitor } && MonitorReader.ReadStatus(monitor)?.ApiKeys is { Count: 1 } apis)
                    _totals.Add(apis[0].Requests);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }
}
