using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>The pod's quality-of-service class, as far as injection must not change it.</summary>
internal static class PodQuality
{
    /// <summary>
    /// Guaranteed by its containers: every one limits cpu and memory and requests exactly that much. A pod with resources of its
    /// own (KEP-2837) has its class from those alone, whatever its containers say.
    /// </summary>
    public static bool IsGuaranteed(PodView pod) =>
        pod.Spec?["resources"] is not JsonObject && pod.AllContainers.Any() && pod.AllContainers.All(IsGuaranteed);

    /// <summary>
    /// Names of the resources that the pod requests or limits as a whole. What its containers request must fit into that, so a
    /// container that is added must request none of them.
    /// </summary>
    public static IReadOnlySet<string> ResourcesOfPod(PodView pod)
    {
        var resources = pod.Spec?["resources"] as JsonObject;
        return ((string[])["requests", "limits"]).SelectMany(kind => resources?[kind] as JsonObject ?? []).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Names of the resources that every container limits.</summary>
    public static IReadOnlySet<string> LimitedResources(PodView pod)
    {
        HashSet<string>? common = null;
        foreach (var container in pod.AllContainers)
        {
            var names = ((container["resources"] as JsonObject)?["limits"] as JsonObject ?? []).Where(p => p.Value is not null).Select(p => p.Key);
            if (common is null)
                common = names.ToHashSet(StringComparer.Ordinal);
            else
                common.IntersectWith(names);
        }
        return common ?? [];
    }

    private static bool IsGuaranteed(JsonObject container)
    {
        var resources = container["resources"] as JsonObject;
        var limits = resources?["limits"] as JsonObject;
        var requests = resources?["requests"] as JsonObject;
        return IsFixed(limits, requests, "cpu") && IsFixed(limits, requests, "memory");
    }

    // A manifest may write one amount in two ways: 1 and "1000m".
    private static bool IsFixed(JsonObject? limits, JsonObject? requests, string resource) =>
        limits?[resource] is { } limit && (requests?[resource] is not { } request || QuantityValue.Of(limit) == QuantityValue.Of(request));
}
