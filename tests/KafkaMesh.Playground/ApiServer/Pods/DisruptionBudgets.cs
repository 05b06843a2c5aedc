using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;
using KafkaMesh.Playground.Controllers;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>What PodDisruptionBudgets say to the eviction of a pod.</summary>
internal sealed class DisruptionBudgets(ObjectStore store, KindRegistry kinds)
{
    private const int MaxTries = 8;

    /// <summary>Takes one disruption from the budget of the pod, if it has one.</summary>
    /// <exception cref="ApiException">429 when the budget has none left or was not looked at yet, 500 when the pod has two budgets.</exception>
    public void Take(JsonObject pod, bool dryRun)
    {
        // What serves nobody can be no disruption.
        if (pod.IsFinished() || pod.Text("status", "phase") == "Pending" || pod.IsBeingDeleted())
            return;
        for (var attempt = 1; ; attempt++)
        {
            var budgets = store.List(BudgetKind.Storage, pod.Namespace()).Items.Where(b => LabelSelection.Selects(b.Value.At("spec", "selector"), pod)).ToList();
            if (budgets.Count == 0)
                return;
            if (budgets.Count > 1)
                throw new ApiException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", []);
            var budget = (JsonObject)budgets[0].Value.DeepClone();
            Charge(budget, pod);
            try
            {
                if (!dryRun)
                    store.Update(budgets[0].Key, budgets[0].Version, budget);
                return;
            }
            catch (StoreException e) when (e.Failure == StoreFailure.VersionConflict && attempt < MaxTries)
            {
                continue;
            }
        }
    }

    private ResourceKind BudgetKind => kinds.All.First(k => k is { Group: "policy", Kind: "PodDisruptionBudget" });

    private static void Charge(JsonObject budget, JsonObject pod)
    {
        var name = budget.Name();
        if ((budget.Number("status", "observedGeneration") ?? 0) < (budget.Number("metadata", "generation") ?? 0))
            throw TooMany("The disruption budget " + name + " is still being processed by the server.", retryAfterSeconds: 10);
        var allowed = budget.Number("status", "disruptionsAllowed") ?? 0;
        var healthy = budget.Number("status", "currentHealthy") ?? 0;
        var desired = budget.Number("status", "desiredHealthy") ?? 0;

        // A pod that is not ready may go while enough others are (unhealthyPodEvictionPolicy IfHealthyBudget).
        if (!pod.IsReady() && healthy >= desired && desired > 0)
            return;
        if (allowed <= 0)
            throw TooMany($"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently", retryAfterSeconds: 0);
        budget["status"]!["disruptionsAllowed"] = allowed - 1;
    }

    private static ApiException TooMany(string cause, int retryAfterSeconds)
    {
        var details = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = cause }) };
        if (retryAfterSeconds > 0)
            details["retryAfterSeconds"] = retryAfterSeconds;
        return new ApiException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", details);
    }
}
