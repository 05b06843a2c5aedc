using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>What a pod demands of its node, as the scheduler reads it.</summary>
internal static class NodeDemand
{
    /// <summary>
    /// Whether only nodes of one value of a label will do: the node selector says so, or every term of the required node affinity
    /// (one of them must hold, and in it all expressions).
    /// </summary>
    /// <param name="spec">The pod's spec.</param>
    /// <param name="value">The value.</param>
    /// <param name="labels">The label and its earlier names.</param>
    public static bool IsFor(JsonObject? spec, string value, params string[] labels)
    {
        if (labels.Any(l => PodView.Text(spec?["nodeSelector"] as JsonObject, l) == value))
            return true;
        var required = ((spec?["affinity"] as JsonObject)?["nodeAffinity"] as JsonObject)?["requiredDuringSchedulingIgnoredDuringExecution"] as JsonObject;
        var terms = PodView.Items(required, "nodeSelectorTerms").ToList();
        return terms.Count > 0 && terms.All(t => PodView.Items(t, "matchExpressions").Any(e => Demands(e, value, labels)));
    }

    private static bool Demands(JsonObject expression, string value, string[] labels) =>
        PodView.Text(expression, "operator") == "In"
        && labels.Contains(PodView.Text(expression, "key"))
        && expression["values"] is JsonArray { Count: > 0 } values
        && values.All(v => v is JsonValue text && text.TryGetValue<string>(out var word) && word == value);
}
