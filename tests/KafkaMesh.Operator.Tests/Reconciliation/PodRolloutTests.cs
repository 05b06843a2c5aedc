using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>Which pods are evicted, in which order, and when none is.</summary>
public sealed class PodRolloutTests : PodRolloutTest
{
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
        Assert.Equal(["a", "b"], Events.All.Where(e => e.Involved.Kind == "Pod").Select(e => e.Involved.Name!).Order());
        Assert.Equal(["orders-1", "orders-1"], Events.All.Where(e => e.Involved.Kind == "ReplicaSet").Select(e => e.Involved.Name!));
        Assert.All(Events.All, e => Assert.Equal("KafkaSidecarRestart", e.Reason));
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
        Clock.Offset += TimeSpan.FromSeconds(1);
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
        await Client.PatchAsync(
            BuiltInEntities.Pods, V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray("example.com/stays") } }), "operator-1", "demo");
        await DeleteAsync("operator-1");

        Assert.Equal("Waiting for the end of an update of KafkaMesh: its pods operator-1 and operator-2 differ.", (await StepAsync()).Detail);
        Clock.Offset += TimeSpan.FromMinutes(1);
        Assert.Equal("Waiting for the successor of pod a to become ready.", (await StepAsync()).Detail);
    }

    [Fact]
    public async Task Step_LeadershipIsOver_EvictsNothing()
    {
        await CreateAsync("a", Old);
        var leads = false;
        Rollout.Leads = _ => Task.FromResult(leads);

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Contains("a", await NamesAsync());
        Assert.Null(Progress.Evicted);

        leads = true;
        await StepAsync();
        Assert.DoesNotContain("a", await NamesAsync());
    }

    [Theory]
    [InlineData(RolloutSpec.Manual, false, RolloutPhase.Idle)]
    [InlineData(RolloutSpec.Restart, true, RolloutPhase.Paused)]
    public async Task Step_ManualOrPaused_TouchesNothing(string strategy, bool paused, object phase)
    {
        await CreateAsync("a", Old);
        Candidate = Monitor(strategy, paused);

        Assert.Equal((RolloutPhase)phase, (await StepAsync()).Phase);
        Assert.Single(await PodsAsync());
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
}
