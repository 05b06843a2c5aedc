using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>The pod's quality-of-service class, as far as injection must not change it.</summary>
internal static class PodQuality
{
    /// <summary>
    /// Guaranteed: every container limits cpu and memory and requests exactly that much. The API server has written
    /// quantities in their canonical form before it calls, so that text comparison is enough.
    /// </summary>
    public static bool IsGuaranteed(PodView pod) => pod.AllContainers.Any() && pod.AllContainers.All(IsGuaranteed);

    private static bool IsGuaranteed(JsonObject container)
    {
        var resources = container["resources"] as JsonObject;
        var limits = resources?["limits"] as JsonObject;
        var requests = resources?["requests"] as JsonObject;
        return IsFixed(limits, requests, "cpu") && IsFixed(limits, requests, "memory");
    }

    private static bool IsFixed(JsonObject? limits, JsonObject? requests, string resource) =>
        limits?[resource] is { } limit && (requests?[resource] is not { } request || JsonNode.DeepEquals(limit, request));
}
