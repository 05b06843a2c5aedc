using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>
/// The checks of Kubernetes' LimitRanger admission plug-in for containers and pods: the defaults that it sets behind a webhook, then
/// minConstraint, maxConstraint and limitRequestRatioConstraint.
/// </summary>
internal static class LimitRanger
{
    /// <summary>What the plug-in would refuse the pod for.</summary>
    public static List<string> Problems(JsonObject pod, IEnumerable<JsonObject> limitRanges)
    {
        var items = limitRanges.SelectMany(r => r["spec"]!["limits"]!.AsArray()).Select(i => i!.AsObject()).ToLookup(i => i["type"]!.ToString());
        var problems = new List<string>();
        var (podRequests, podLimits) = (new PodSum(), new PodSum());
        foreach (var container in ((string[])["containers", "initContainers"]).SelectMany(l => pod["spec"]![l] as JsonArray ?? []))
        {
            var (requests, limits) = (Amounts(container!, "requests"), Amounts(container!, "limits"));
            foreach (var (resource, limit) in limits)
                requests.TryAdd(resource, limit);
            foreach (var item in items["Container"])
                SetDefaults(item, requests, limits);
            foreach (var (resource, request) in requests)
            {
                if (limits.TryGetValue(resource, out var limit) && request > limit)
                    problems.Add($"{container!["name"]}: {resource}: the request is above the limit");
            }
            foreach (var item in items["Container"])
                problems.AddRange(Problems(item, requests, limits).Select(p => $"{container!["name"]}: {p}"));
            var isInit = container!.Parent!.GetPropertyName() == "initContainers";
            podRequests.Add(requests, isInit, isInit && container["restartPolicy"]?.ToString() == "Always");
            podLimits.Add(limits, isInit, isInit && container["restartPolicy"]?.ToString() == "Always");
        }
        foreach (var item in items["Pod"])
            problems.AddRange(Problems(item, podRequests.Total, podLimits.Total).Select(p => $"pod: {p}"));
        return problems;
    }

    // The API's own defaulting of the object comes first: default from max, defaultRequest from default, else from min.
    private static void SetDefaults(JsonObject item, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        var (min, max) = (Amounts(item, "min"), Amounts(item, "max"));
        var (byDefault, request) = (Amounts(item, "default"), Amounts(item, "defaultRequest"));
        foreach (var (resource, amount) in max)
            byDefault.TryAdd(resource, amount);
        foreach (var (resource, amount) in byDefault)
            request.TryAdd(resource, amount);
        foreach (var (resource, amount) in min)
            request.TryAdd(resource, amount);
        foreach (var (resource, amount) in byDefault)
            limits.TryAdd(resource, amount);
        foreach (var (resource, amount) in request)
            requests.TryAdd(resource, amount);
    }

    private static IEnumerable<string> Problems(JsonObject item, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        foreach (var (resource, min) in Amounts(item, "min"))
        {
            if (!requests.TryGetValue(resource, out var request) || request < min || (limits.TryGetValue(resource, out var limit) && limit < min))
                yield return $"{resource} is below the minimum";
        }
        foreach (var (resource, max) in Amounts(item, "max"))
        {
            if (!limits.TryGetValue(resource, out var limit) || limit > max || requests.GetValueOrDefault(resource) > max)
                yield return $"{resource} is above the maximum";
        }
        foreach (var (resource, ratio) in Amounts(item, "maxLimitRequestRatio"))
        {
            // It compares thousandths.
            if (!requests.TryGetValue(resource, out var request) || request == 0 || !limits.TryGetValue(resource, out var limit) || limit == 0 || limit / request > ratio)
                yield return $"{resource} has too great a ratio of limit to request";
        }
    }

    private static Dictionary<string, decimal> Amounts(JsonNode parent, string part)
    {
        var map = (part is "requests" or "limits" ? parent["resources"]?[part] : parent[part]) as JsonObject ?? [];
        return map.ToDictionary(p => p.Key, p => QuantityValue.Of(p.Value)!.Value, StringComparer.Ordinal);
    }

    /// <summary>podRequests and podLimits of the plug-in: init containers after containers, in their order.</summary>
    private sealed class PodSum
    {
        private readonly Dictionary<string, decimal> _native = [];
        private readonly Dictionary<string, decimal> _running = [];
        private readonly Dictionary<string, decimal> _starting = [];

        public Dictionary<string, decimal> Total =>
            _running.Concat(_starting).GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Max(p => p.Value), StringComparer.Ordinal);

        public void Add(Dictionary<string, decimal> amounts, bool isInit, bool isNative)
        {
            if (!isInit || isNative)
                Add(_running, amounts);
            if (isNative)
                Add(_native, amounts);
            if (!isInit)
                return;
            foreach (var resource in amounts.Keys.Union(_native.Keys))
                _starting[resource] = Math.Max(_starting.GetValueOrDefault(resource), _native.GetValueOrDefault(resource) + (isNative ? 0 : amounts.GetValueOrDefault(resource)));
        }

        private static void Add(Dictionary<string, decimal> sum, Dictionary<string, decimal> amounts)
        {
            foreach (var (resource, amount) in amounts)
                sum[resource] = sum.GetValueOrDefault(resource) + amount;
        }
    }
}
