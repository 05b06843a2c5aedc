using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Counts the pods of every PodDisruptionBudget and says how many may be evicted now (policy/v1).</summary>
internal sealed class DisruptionController(IClusterClient client, TimeProvider time) : Controller(client, time)
{
    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [("policy/v1", "PodDisruptionBudget", Itself), ("v1", "Pod", BudgetsOf)];

    /// <summary>How many of a number of pods must stay: a number, or a share that is rounded up.</summary>
    public static long Scaled(JsonNode? value, int of)
    {
        var text = value?.ToString() ?? "0";
        return text.EndsWith('%')
            ? (long)Math.Ceiling(long.Parse(text[..^1], CultureInfo.InvariantCulture) * of / 100.0)
            : long.Parse(text, CultureInfo.InvariantCulture);
    }

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get("policy/v1", "PodDisruptionBudget", name.Namespace, name.Name) is not { } budget) return;
        var pods = Client.List("v1", "Pod", name.Namespace).Where(p => LabelSelection.Selects(budget.At("spec", "selector"), p) && !p.IsFinished()).ToList();
        var healthy = pods.Count(p => p.IsReady() && !p.IsBeingDeleted());
        var desired = budget.At("spec", "maxUnavailable") is { } most
            ? Math.Max(0, pods.Count - Scaled(most, pods.Count))
            : Scaled(budget.At("spec", "minAvailable"), pods.Count);
        var status = new JsonObject
        {
            ["observedGeneration"] = budget.Number("metadata", "generation"),
            ["expectedPods"] = pods.Count,
            ["currentHealthy"] = healthy,
            ["desiredHealthy"] = desired,
            ["disruptionsAllowed"] = Math.Max(0, healthy - desired),
        };
        await Client.ModifyAsync("policy/v1", "PodDisruptionBudget", name.Namespace, name.Name, "status", current =>
        {
            if (JsonNode.DeepEquals(current["status"], status)) return false;
            current["status"] = status.DeepClone();
            return true;
        }, cancellationToken);
    }

    private IEnumerable<ObjectName> BudgetsOf(JsonObject pod) => Client.List("policy/v1", "PodDisruptionBudget", pod.Namespace())
        .Where(b => LabelSelection.Selects(b.At("spec", "selector"), pod)).Select(b => new ObjectName(b.Namespace(), b.Name()));
}
