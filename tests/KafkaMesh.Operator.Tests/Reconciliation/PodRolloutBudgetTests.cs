using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>Evictions that the API server refuses.</summary>
public sealed class PodRolloutBudgetTests : PodRolloutTest
{
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
        Gate.Before = request =>
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

    private async Task BudgetAsync(int disruptionsAllowed, string name = "orders", int observedGeneration = 1)
    {
        var type = EntityType.Raw(new EntityMetadata("PodDisruptionBudget", "v1", "policy", "poddisruptionbudgets"));
        if (await Client.GetAsync(type, name, "demo") is null)
        {
            await Client.CreateAsync(type, new JsonObject
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
        await Client.PatchAsync(type, V1Patch.Merge(new JsonObject { ["status"] = status }), name, "demo", new WriteOptions { Subresource = "status" });
    }
}
