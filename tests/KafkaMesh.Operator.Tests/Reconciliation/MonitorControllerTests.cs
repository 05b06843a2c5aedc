using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Reconciliation;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>What the controller writes into the Playground's API server when that refuses, or when another leader was faster.</summary>
public sealed class MonitorControllerTests : IAsyncLifetime
{
    private const string Space = "demo";
    private const string Address = "127.0.76.1";
    private static readonly NamespacedName Key = new(Space, "orders");
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly ApiGate _gate = new();
    private readonly OffsetTimeProvider _clock = new();
    private readonly RecordedEvents _events = new();
    private readonly OperatorMetrics _metrics = new("test");
    private readonly StatsCollector _collector = new(TimeSpan.FromSeconds(10));
    private readonly ILogger _log = new LoggerConfiguration().CreateLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IDisposable> _controllers = [];
    private PlaygroundCluster? _cluster;
    private KubernetesClient _client = null!;
    private ClusterCache _cache = null!;
    private EntityReconciler<JsonObject> _reconciler = null!;
    private MonitorController _first = null!;
    private SidecarServer _sidecar = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped CRD cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = _gate.Watch } });
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        var kubectl = new Kubectl(_cluster.KubeconfigPath);
        await kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "crds"));
        await kubectl.RunAsync(null, "wait", "--for=condition=Established", "crd/kafkamonitors.kafkamesh.io", "--timeout=30s");
        await MonitoredNamespace.ApplyAsync(kubectl, Space);
        await MonitoredNamespace.RunPodAsync(_client, Space, Address);
        _sidecar = await SidecarServer.StartAsync(Address, Reports.Of("i1", 1, 100));
        _cache = new ClusterCache(_client, WellKnownNames.SystemNamespace, _clock, _log);
        _first = Controller();
        _reconciler = new EntityReconciler<JsonObject>("kafkamonitor", _cache.Monitors, _first, _log, metrics: new ReconcileMetrics(_metrics), isRelevant: MonitorReader.IsMoreThanStatus);
        _first.Enqueue = _reconciler.Enqueue;
        _running = _cache.RunAsync(_stop.Token);
        await _cache.Monitors.WaitForSyncAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _controllers.ForEach(controller => controller.Dispose());
        _reconciler?.Dispose();
        _collector.Dispose();
        _client?.Dispose();
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task ReconcileAsync_LedgerIsRefused_StatusIsWrittenAndSaysThatTotalsAreNotKept()
    {
        _gate.Before = request => request.Resource != "configmaps";
        await SyncAsync(_first);

        await RoundAsync(_first);
        await RoundAsync(_first);

        var status = await StatusAsync();
        Assert.Equal(100, Requests(status));
        var degraded = status.Conditions!.Single(c => c.Type == "Degraded");
        Assert.Equal(("True", "TotalsNotKept"), (degraded.Status, degraded.Reason));
        Assert.StartsWith("The totals are not kept: ConfigMap kafkamesh-ledger-orders cannot be written (configmaps is forbidden: ", degraded.Message, StringComparison.Ordinal);
        var told = Assert.Single(_events.All);
        Assert.Equal(("orders", "KafkaTotalsNotKept", degraded.Message), (told.Involved.Name, told.Reason, told.Message));

        _gate.Before = _ => true;
        _clock.Offset += TimeSpan.FromMinutes(1);
        await RoundAsync(_first);

        Assert.Equal("AsExpected", (await StatusAsync()).Conditions!.Single(c => c.Type == "Degraded").Reason);
        Assert.NotNull(await LedgerAsync());
        Assert.Single(_events.All);
    }

    [Fact]
    public async Task ReconcileAsync_RegistrationNeverComes_LooksOnceAnInterval()
    {
        _first.RegistrationOf = _ => RegistrationState.Missing;
        await SyncAsync(_first);
        var passed = TimeSpan.Zero;
        var pauses = new List<TimeSpan>();
        while (passed < TimeSpan.FromMinutes(5))
        {
            var pause = (await _first.ReconcileAsync(Cached(), CancellationToken.None)).RequeueAfter!.Value;
            pauses.Add(pause);
            _clock.Offset += pause;
            passed += pause;
        }

        Assert.InRange(pauses.Count, 20, 40);
        Assert.True(pauses.Max() <= Interval);
    }

    [Fact]
    public async Task ReconcileAsync_RegistrationSettles_SaysSoAndLooksAgainSoon()
    {
        var state = RegistrationState.Settling;
        _first.RegistrationOf = _ => state;
        await SyncAsync(_first);
        await RoundAsync(_first);
        var registering = (await StatusAsync()).Conditions!.Single(c => c.Type == "Progressing");
        Assert.Equal(("True", "Registering"), (registering.Status, registering.Reason));
        Assert.InRange((await _first.ReconcileAsync(Cached(), CancellationToken.None)).RequeueAfter!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));

        state = RegistrationState.Registered;
        await _first.ReconcileAsync(Cached(), CancellationToken.None);

        Assert.NotEqual("Registering", (await StatusAsync()).Conditions!.Single(c => c.Type == "Progressing").Reason);
    }

    [Theory]
    [InlineData("kafkamonitors", "status")]
    [InlineData("configmaps", "")]
    public async Task ReconcileAsync_SuccessorWroteWhileAWriteWasUnderWay_WhatTheSuccessorWroteStands(string resource, string subresource)
    {
        await SyncAsync(_first);
        await RoundAsync(_first);
        Assert.Equal(100, Requests(await StatusAsync()));

        // The write is on its way when its sender is suspended: the server sees it only after the successor's.
        using var held = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var holds = 1;
        var second = Controller();
        _gate.Before = request =>
        {
            if (request.Resource == resource && request.Subresource == subresource && Interlocked.Exchange(ref holds, 0) == 1)
                return Hold(held, release);
            return true;
        };
        _sidecar.Report = Reports.Of("i1", 2, 120, uptime: 30);
        _clock.Offset += TimeSpan.FromMinutes(1);
        var stale = RoundAsync(_first);
        await held.WaitAsync(TestContext.Current.CancellationToken);
        _sidecar.Report = Reports.Of("i1", 3, 150, uptime: 45);
        await SyncAsync(second);
        await RoundAsync(second);
        Assert.Equal(150, Requests(await StatusAsync()));
        var (status, ledger) = (await VersionAsync(), (await LedgerAsync())!.ToJsonString());
        release.Release();

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => stale)).IsConflict);
        Assert.Equal((status, ledger), (await VersionAsync(), (await LedgerAsync())!.ToJsonString()));
    }

    [Fact]
    public async Task ReconcileAsync_LeadershipIsOver_NothingIsWrittenAndNothingIsForgotten()
    {
        var leads = false;
        _first.MayWrite = () => leads;
        await SyncAsync(_first);
        await RoundAsync(_first);
        await RoundAsync(_first);
        Assert.Null((await _client.GetAsync(MonitorReader.Type, Key.Name, Space))!["status"]);
        Assert.Null(await LedgerAsync());

        leads = true;
        await _first.ReconcileAsync(Cached(), CancellationToken.None);

        Assert.Equal(100, Requests(await StatusAsync()));
    }

    [Theory]
    [InlineData("kafkamonitors", "status")]
    [InlineData("configmaps", "")]
    public async Task Reconciler_ConflictAfterConflict_WritesInTheEndWithoutHurry(string resource, string subresource)
    {
        const int Storm = 6;
        var (conflicts, attempts) = (0, 0);
        _gate.Before = request =>
        {
            if (request.Resource != resource || request.Subresource != subresource)
                return true;
            attempts++;
            if (conflicts < Storm)
                SomebodyElseIsFaster(++conflicts);
            return true;
        };
        using var stop = new CancellationTokenSource();
        var running = _reconciler.RunAsync(workers: 4, stop.Token);

        await UntilAsync("the status and the ledger", async () => Requests(await FindStatusAsync()) == 100 && (await LedgerAsync())?["binaryData"] is not null);
        await stop.CancelAsync();
        await running;

        Assert.Equal(Storm, conflicts);
        Assert.InRange(attempts, Storm + 1, Storm + 3);
        Assert.Contains($"kafkamesh_operator_reconcile_total{{controller=\"kafkamonitor\",result=\"conflict\"}} {Storm}\n", _metrics.Write(), StringComparison.Ordinal);
        Assert.DoesNotContain("result=\"exception\"", _metrics.Write(), StringComparison.Ordinal);

        void SomebodyElseIsFaster(int count)
        {
            var touch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["touched"] = $"{count}" } } };
            Wait(resource == "kafkamonitors" ? _client.PatchAsync(MonitorReader.Type, V1Patch.Merge(touch), Key.Name, Space)
                : count == 1 ? _client.CreateAsync(BuiltInEntities.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = LedgerStore.NameOf(Key.Name), ["namespace"] = Space } })
                : _client.PatchAsync(BuiltInEntities.ConfigMaps, V1Patch.Merge(touch), LedgerStore.NameOf(Key.Name), Space));
        }
    }

    private MonitorController Controller()
    {
        var owners = new WorkloadOwners(_client, _log);
        var controller = new MonitorController(
            _client, _cache, new MonitorCollection(_collector, _metrics, _clock, _log), new SkippedPodReporter(owners, _events, _clock, _log), new MonitorReporter(_events),
            new OrphanReporter(_client, _cache.Monitors, _events, _clock, _log),
            new PodRollout(_client, new OperatorReplicas(_client, WellKnownNames.SystemNamespace, _clock), owners, _events, _clock, _log),
            new SidecarDefaults("proxy:1", "IfNotPresent", "1"), new ProtectedNamespaces(WellKnownNames.SystemNamespace, []), _clock, _log);
        _controllers.Add(controller);
        return controller;
    }

    // The first call only begins to watch the pods.
    private async Task SyncAsync(MonitorController controller)
    {
        var synced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        controller.Enqueue = _ => synced.TrySetResult();
        await UntilAsync("the cache has what is stored", async () => await VersionAsync() == EntityType.RawMetadata(Cached()).ResourceVersion);
        await controller.ReconcileAsync(Cached(), CancellationToken.None);
        await synced.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    private async Task RoundAsync(MonitorController controller)
    {
        _clock.Offset += Interval;
        await controller.ReconcileAsync(Cached(), CancellationToken.None);
    }

    private JsonObject Cached() => _cache.Monitors.Store.Get(Key)!;

    private async Task<string?> VersionAsync() => EntityType.RawMetadata((await _client.GetAsync(MonitorReader.Type, Key.Name, Space))!).ResourceVersion;

    private async Task<KafkaMonitorStatus?> FindStatusAsync() => MonitorReader.ReadStatus((await _client.GetAsync(MonitorReader.Type, Key.Name, Space))!);

    private async Task<KafkaMonitorStatus> StatusAsync() => (await FindStatusAsync())!;

    private Task<JsonObject?> LedgerAsync() => _client.GetAsync(BuiltInEntities.ConfigMaps, LedgerStore.NameOf(Key.Name), Space);

    private static long? Requests(KafkaMonitorStatus? status) => status?.ApiKeys?.Single().Requests;

    // The API server's authorizers do not wait for anybody: the one that stands before them does.
    private static bool Hold(SemaphoreSlim held, SemaphoreSlim release)
    {
        held.Release();
        return release.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            try
            {
                await pace.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"after 30 s still not: {what}");
            }
        }
    }
}
