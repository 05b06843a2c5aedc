using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>Evictions by the Playground's API server; the test is the controller that makes successors.</summary>
public sealed class PodRolloutTests : IAsyncLifetime
{
    private const string Old = "0000000000000000";
    private const string Current = "1111111111111111";
    private const string Other = "ffffffff-0000-0000-0000-000000000002";

    private readonly OffsetTimeProvider _clock = new();
    private readonly RecordedEvents _events = new();
    private readonly RolloutProgress _progress = new();
    private readonly ApiGate _gate = new();
    private PlaygroundCluster _cluster = null!;
    private KubernetesClient _client = null!;
    private PodRollout _rollout = null!;
    private MonitorCandidate _monitor = Monitor(RolloutSpec.Restart, paused: false);

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = _gate.Watch } });
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        var log = new LoggerConfiguration().CreateLogger();
        _rollout = new PodRollout(_client, new OperatorReplicas(_client, "demo", _clock), new WorkloadOwners(_client, log), _events, _clock, log);
        await _client.CreateAsync(EntityType.Raw(new EntityMetadata("Namespace", "v1", "", "namespaces")), new JsonObject { ["metadata"] = new JsonObject { ["name"] = "demo" } });
        await _client.CreateAsync(
            EntityType.Raw(new EntityMetadata("ServiceAccount", "v1", "", "serviceaccounts")), new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = "demo" } });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Step_OutdatedPods_AreReplacedOneAtATime()
    {
        await CreateAsync("a", Old);
        await CreateAsync("b", hash: null);
        await CreateAsync("c", Current);

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(2, (await PodsAsync()).Count);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(2, (await PodsAsync()).Count);

        await CreateAsync("d", Current);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        await CreateAsync("e", Current);
        Assert.Equal(RolloutState.Idle, await StepAsync());
        Assert.Equal(["c", "d", "e"], (await PodsAsync()).Select(p => p.Name).Order());
        Assert.Equal(["a", "b"], _events.All.Where(e => e.Involved.Kind == "Pod").Select(e => e.Involved.Name!).Order());
        Assert.Equal(["orders-1", "orders-1"], _events.All.Where(e => e.Involved.Kind == "ReplicaSet").Select(e => e.Involved.Name!));
        Assert.All(_events.All, e => Assert.Equal("KafkaSidecarRestart", e.Reason));
    }

    [Fact]
    public async Task Step_PodsThatAreNotReady_GoFirst()
    {
        await CreateAsync("ready", Old);
        await CreateAsync("broken", Old, isReady: false);

        await StepAsync();

        Assert.Equal(["ready"], (await PodsAsync()).Select(p => p.Name));
    }

    /// <summary>Which of two operators sees the successor is chance: the old one would inject what the new one calls outdated.</summary>
    [Fact]
    public async Task Step_WhileTheOperatorIsUpdated_WaitsForItsEnd()
    {
        await CreateAsync("a", Old);
        await CreateOperatorAsync("operator-1", template: "old");
        await CreateOperatorAsync("operator-2", template: "new");

        Assert.Equal(
            new RolloutState(RolloutPhase.Waiting, "Waiting for the end of an update of KafkaMesh: its pods operator-1 and operator-2 differ."), await StepAsync());
        Assert.Contains("a", await NamesAsync());

        // One that is not ready yet, or no longer, answers no admission.
        await SetReadyAsync("operator-1", isReady: false);
        _clock.Offset += TimeSpan.FromSeconds(1);
        Assert.Equal("Waiting for the successor of pod a to become ready.", (await StepAsync()).Detail);
        Assert.DoesNotContain("a", await NamesAsync());
    }

    // It may answer until every API server has learnt that it goes; one whose node is lost goes on going.
    [Fact]
    public async Task Step_OldOperatorIsToldToGo_WaitsUntilItShouldBeGone()
    {
        await CreateAsync("a", Old);
        await CreateOperatorAsync("operator-1", template: "old");
        await CreateOperatorAsync("operator-2", template: "new");
        await _client.PatchAsync(
            BuiltInEntities.Pods, V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray("example.com/stays") } }), "operator-1", "demo");
        await DeleteAsync("operator-1");

        Assert.Equal("Waiting for the end of an update of KafkaMesh: its pods operator-1 and operator-2 differ.", (await StepAsync()).Detail);
        _clock.Offset += TimeSpan.FromMinutes(1);
        Assert.Equal("Waiting for the successor of pod a to become ready.", (await StepAsync()).Detail);
    }

    [Fact]
    public async Task Step_LeadershipIsOver_EvictsNothing()
    {
        await CreateAsync("a", Old);
        var leads = false;
        _rollout.Leads = _ => Task.FromResult(leads);

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Contains("a", await NamesAsync());
        Assert.Null(_progress.Evicted);

        leads = true;
        await StepAsync();
        Assert.DoesNotContain("a", await NamesAsync());
    }

    [Fact]
    public async Task Step_BudgetWithoutDisruptions_KeepsThePodAndSaysWhy()
    {
        await CreateAsync("a", Old);
        await BudgetAsync(disruptionsAllowed: 0);

        var state = await StepAsync();

        Assert.Equal(RolloutPhase.Blocked, state.Phase);
        Assert.Equal("Pod a cannot be evicted: Cannot evict pod as it would violate the pod's disruption budget.", state.Detail);
        Assert.Single(await PodsAsync());

        await BudgetAsync(disruptionsAllowed: 1);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Empty(await PodsAsync());
    }

    // The server asks for ten seconds then, in which the monitor's figures would stand still.
    [Fact]
    public async Task Step_BudgetThatTheServerHasNotLookedAt_IsAskedOnce()
    {
        await CreateAsync("a", Old);
        await BudgetAsync(disruptionsAllowed: 1, observedGeneration: 0);
        var evictions = 0;
        _gate.Before = request =>
        {
            evictions += request.Subresource == "eviction" ? 1 : 0;
            return true;
        };

        var state = await StepAsync();

        Assert.Equal((RolloutPhase.Blocked, 1), (state.Phase, evictions));
        Assert.Single(await PodsAsync());
    }

    [Fact]
    public async Task Step_EvictionRefusedForAnyReason_IsSaidAndNotThrown()
    {
        await CreateAsync("a", Old);
        await BudgetAsync(disruptionsAllowed: 1);
        await BudgetAsync(disruptionsAllowed: 1, name: "second");

        var state = await StepAsync();

        Assert.Equal(RolloutPhase.Blocked, state.Phase);
        Assert.Contains("more than one PodDisruptionBudget", state.Detail, StringComparison.Ordinal);
        Assert.Single(await PodsAsync());
    }

    [Theory]
    [InlineData(RolloutSpec.Manual, false, RolloutPhase.Idle)]
    [InlineData(RolloutSpec.Restart, true, RolloutPhase.Paused)]
    public async Task Step_ManualOrPaused_TouchesNothing(string strategy, bool paused, object phase)
    {
        await CreateAsync("a", Old);
        _monitor = Monitor(strategy, paused);

        Assert.Equal((RolloutPhase)phase, (await StepAsync()).Phase);
        Assert.Single(await PodsAsync());
    }

    [Fact]
    public async Task Step_SuccessorIsNoBetter_LeavesItsOwnerAloneForAWhile()
    {
        await CreateAsync("a", Old);
        await StepAsync();
        await CreateAsync("b", hash: null);

        var state = await StepAsync();

        Assert.Equal(RolloutPhase.Stuck, state.Phase);
        Assert.Equal("Pod b was replaced by one that is no better: see its events and kafkamesh check. It is tried again later.", state.Detail);
        Assert.Equal(["b"], (await PodsAsync()).Select(p => p.Name));
        Assert.Equal(RolloutPhase.Stuck, (await StepAsync()).Phase);

        // Another configuration is another chance.
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync("2222222222222222")).Phase);
        Assert.Empty(await PodsAsync());
    }

    [Fact]
    public async Task Step_OneMiss_IsMadeGoodByTheNextTry()
    {
        await CreateAsync("a", Old);
        await StepAsync();
        await CreateAsync("missed", hash: null);
        Assert.Equal(RolloutPhase.Stuck, (await StepAsync()).Phase);

        _clock.Offset += TimeSpan.FromMinutes(1);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Empty(await PodsAsync());
        await CreateAsync("c", Current);

        Assert.Equal(RolloutState.Idle, await StepAsync());
        Assert.Empty(_progress.Pauses);
    }

    [Fact]
    public async Task Step_OwnerNeverGetsBetter_IsTriedLessAndLess()
    {
        await CreateAsync("pod-0", Old);
        var evictions = new List<double>();
        var start = _clock.Offset;
        for (var minute = 0; minute < 70; minute++)
        {
            var before = _events.All.Count;
            await StepAsync();
            if (_events.All.Count > before)
            {
                evictions.Add((_clock.Offset - start).TotalMinutes);
                await CreateAsync($"pod-{evictions.Count}", hash: null);
                await StepAsync();
            }
            _clock.Offset += TimeSpan.FromMinutes(1);
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 63], evictions);
    }

    [Fact]
    public async Task Step_SuccessorNeverBecomesReady_LeavesItsOwnerAloneUntilItIs()
    {
        await CreateAsync("a1", Old);
        await CreateAsync("a2", Old);
        await CreateAsync("other", Old, owner: Other);
        await StepAsync();
        await CreateAsync("a3", Current, isReady: false);
        _clock.Offset = TimeSpan.FromMinutes(9);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["a2", "a3", "other"], await NamesAsync());

        // The others go on. What is left of this owner serves on, however long it takes.
        _clock.Offset = TimeSpan.FromMinutes(11);
        await StepAsync();
        Assert.Equal(["a2", "a3"], await NamesAsync());
        await CreateAsync("next", Current, owner: Other);
        _clock.Offset = TimeSpan.FromDays(2);
        var state = await StepAsync();
        Assert.Equal((RolloutPhase.Stuck, "The owner of pod a2 has fewer ready pods than before one of them was evicted: it is left alone until it has as many again."), (state.Phase, state.Detail));
        Assert.Equal(["a2", "a3", "next"], await NamesAsync());

        await SetReadyAsync("a3", isReady: true);
        await StepAsync();
        Assert.Equal(["a3", "next"], await NamesAsync());
    }

    [Fact]
    public async Task Step_OwnerIsScaledToNothing_GoesOnWithTheOthers()
    {
        await CreateAsync("a1", Old);
        await CreateAsync("a2", Old);
        await CreateAsync("other", Old, owner: Other);
        await StepAsync();
        await DeleteAsync("a2");

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["other"], await NamesAsync());

        _clock.Offset += TimeSpan.FromSeconds(30);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Empty(await NamesAsync());
        Assert.Empty(_progress.Pauses);
    }

    [Fact]
    public async Task Step_OwnerIsScaledDown_GoesOnWithWhatItHas()
    {
        foreach (var name in (string[])["a1", "a2", "a3"])
            await CreateAsync(name, Old);
        await StepAsync();
        await CreateAsync("a4", Current, isReady: false);
        await StepAsync();
        await DeleteAsync("a4");

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["a2", "a3"], await NamesAsync());

        _clock.Offset += TimeSpan.FromSeconds(30);
        await StepAsync();
        Assert.Equal(["a3"], await NamesAsync());
    }

    [Fact]
    public async Task Step_OwnerMayMakeNoPods_LosesOnlyOne()
    {
        // As with a quota that is used up.
        await CreateAsync("a1", Old);
        await CreateAsync("a2", Old);
        await CreateAsync("other", Old, owner: Other);
        await StepAsync();
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);

        _clock.Offset += TimeSpan.FromSeconds(30);
        await StepAsync();
        Assert.Equal(["a2"], await NamesAsync());
        await CreateAsync("next", Current, owner: Other);
        _clock.Offset += TimeSpan.FromDays(2);
        Assert.Equal(RolloutPhase.Stuck, (await StepAsync()).Phase);

        await CreateAsync("a3", Current);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["a3", "next"], await NamesAsync());
    }

    [Theory]
    [InlineData("Job")]
    [InlineData(null)]
    public async Task Step_PodThatNobodyReplaces_IsLeftAndNamed(string? ownerKind)
    {
        await CreateAsync("alone", Old, ownerKind: ownerKind);

        var state = await StepAsync();

        Assert.Equal(RolloutPhase.Stuck, state.Phase);
        Assert.StartsWith("Pod alone has no owner that would replace it", state.Detail, StringComparison.Ordinal);
        Assert.Single(await PodsAsync());
    }

    private async Task<RolloutState> StepAsync(string hash = Current)
    {
        var census = PodCensus.Take(_monitor, await PodsAsync(), new Dictionary<string, string>(), [_monitor], disabled: false);
        return await _rollout.StepAsync(_progress, _monitor, census, hash, CancellationToken.None);
    }

    private async Task<IReadOnlyList<MonitoredPod>> PodsAsync() => [.. (await _client.ListAsync(MonitoredPod.Type, "demo")).Items];

    private async Task<IEnumerable<string>> NamesAsync() => (await PodsAsync()).Select(p => p.Name).Order(StringComparer.Ordinal);

    private Task DeleteAsync(string name) => _client.DeleteAsync(BuiltInEntities.Pods, name, "demo", new DeleteOptions { GracePeriodSeconds = 0 });

    private static MonitorCandidate Monitor(string strategy, bool paused) => new(
        "demo",
        "orders",
        Generation: 1,
        "2026-01-01T00:00:00Z",
        new KafkaMonitorSpec
        {
            Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "orders" } },
            Injection = InjectionMode.Selector,
            Rollout = new RolloutSpec { Strategy = strategy, Paused = paused },
        });

    private async Task CreateAsync(
        string name, string? hash, bool isReady = true, string? ownerKind = "ReplicaSet", string owner = "ffffffff-0000-0000-0000-000000000001")
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = "demo", ["labels"] = new JsonObject { ["app"] = "orders" } };
        if (hash is not null)
        {
            metadata["labels"]![WellKnownNames.MonitorLabel] = "orders";
            metadata["annotations"] = new JsonObject { [WellKnownNames.StatusAnnotation] = $$$"""{"monitor":"orders","generation":1,"hash":"{{{hash}}}","version":"1","ports":{"outbound":4591,"inbound":4592,"admin":4594},"uid":4092,"native":true}""" };
        }
        if (ownerKind is not null)
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = ownerKind, ["name"] = "orders-1", ["uid"] = owner, ["controller"] = true });
        await _client.CreateAsync(BuiltInEntities.Pods, new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "main:1" }) },
        });
        await SetReadyAsync(name, isReady);
    }

    private async Task CreateOperatorAsync(string name, string template)
    {
        await _client.CreateAsync(BuiltInEntities.Pods, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = "demo",
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "kafkamesh", ["app.kubernetes.io/component"] = "operator", ["pod-template-hash"] = template },
            },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "operator", ["image"] = "operator:1" }) },
        });
        await SetReadyAsync(name, isReady: true);
    }

    private async Task SetReadyAsync(string name, bool isReady)
    {
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }),
        };
        await _client.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(new JsonObject { ["status"] = status }), name, "demo", new WriteOptions { Subresource = "status" });
    }

    private async Task BudgetAsync(int disruptionsAllowed, string name = "orders", int observedGeneration = 1)
    {
        var type = EntityType.Raw(new EntityMetadata("PodDisruptionBudget", "v1", "policy", "poddisruptionbudgets"));
        if (await _client.GetAsync(type, name, "demo") is null)
        {
            await _client.CreateAsync(type, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "demo" },
                ["spec"] = new JsonObject { ["minAvailable"] = 1, ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "orders" } } },
            });
        }
        var status = new JsonObject
        {
            ["observedGeneration"] = observedGeneration,
            ["expectedPods"] = 1,
            ["currentHealthy"] = 1,
            ["desiredHealthy"] = 1,
            ["disruptionsAllowed"] = disruptionsAllowed,
        };
        await _client.PatchAsync(type, V1Patch.Merge(new JsonObject { ["status"] = status }), name, "demo", new WriteOptions { Subresource = "status" });
    }
}
