using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>
/// The LimitRanger plug-in's second half, behind the webhooks: refuses new pods whose containers, or which as a whole, are outside the
/// bounds of the namespace's LimitRanges (min, max, maxLimitRequestRatio).
/// </summary>
/// <param name="findRanges">LimitRanges of a namespace.</param>
internal sealed class LimitRangeChecks(Func<string, IEnumerable<JsonObject>> findRanges) : IAdmission
{
    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (obj is not null && context is { Operation: WriteOperation.Create, Subresource: "" } && context.Kind is { Group: "", Kind: "Pod" })
        {
            var problems = Problems(obj.Map("spec"), [.. findRanges(context.Namespace)]).ToList();
            if (problems.Count > 0)
            {
                throw ApiErrors.Forbidden("", "pods", context.Name, problems.Count == 1 ? problems[0] : $"[{string.Join(", ", problems)}]");
            }
        }

        return ValueTask.FromResult(obj);
    }

    private static IEnumerable<string> Problems(JsonObject? pod, List<JsonObject> ranges)
    {
        var containers = pod.Items("containers").Select(c => (Container: c, IsInit: false)).Concat(pod.Items("initContainers").Select(c => (Container: c, IsInit: true))).ToList();
        foreach (var item in LimitRangeItems.Of(ranges, "Container"))
        {
            foreach (var (container, _) in containers)
            {
                foreach (var problem in Problems(item, "Container", Of(container, "requests"), Of(container, "limits")))
                {
                    yield return problem;
                }
            }
        }

        foreach (var item in LimitRangeItems.Of(ranges, "Pod"))
        {
            foreach (var problem in Problems(item, "Pod", Sum(containers, "requests"), Sum(containers, "limits")))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Problems(JsonObject item, string type, Dictionary<string, decimal> requests, Dictionary<string, decimal> limits)
    {
        foreach (var (resource, written, min) in LimitRangeItems.Amounts(item.Map("min")))
        {
            var claim = $"minimum {resource} usage per {type} is {written}";
            if (!requests.TryGetValue(resource, out var request))
            {
                yield return $"{claim}.  No request is specified";
            }
            else if (request < min)
            {
                yield return $"{claim}, but request is {Text(request)}";
            }

            if (limits.TryGetValue(resource, out var limit) && limit < min)
            {
                yield return $"{claim}, but limit is {Text(limit)}";
            }
        }

        foreach (var (resource, written, max) in LimitRangeItems.Amounts(item.Map("max")))
        {
            var claim = $"maximum {resource} usage per {type} is {written}";
            if (!limits.TryGetValue(resource, out var limit))
            {
                yield return $"{claim}.  No limit is specified";
            }
            else if (limit > max)
            {
                yield return $"{claim}, but limit is {Text(limit)}";
            }

            if (requests.TryGetValue(resource, out var request) && request > max)
            {
                yield return $"{claim}, but request is {Text(request)}";
            }
        }

        foreach (var (resource, written, ratio) in LimitRangeItems.Amounts(item.Map("maxLimitRequestRatio")))
        {
            var claim = $"{resource} max limit to request ratio per {type} is {written}";
            if (requests.GetValueOrDefault(resource) is not > 0 and var request)
            {
                yield return $"{claim}, but no request is specified or request is {Text(request)}";
            }
            else if (limits.GetValueOrDefault(resource) is not > 0 and var limit)
            {
                yield return $"{claim}, but no limit is specified or limit is {Text(limit)}";
            }
            else if (limits[resource] / requests[resource] > ratio)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{claim}, but provided ratio is {limits[resource] / requests[resource]:0.000000}");
            }
        }
    }

    // Containers and native sidecars run at once; every init container runs alone with the native sidecars before it.
    private static Dictionary<string, decimal> Sum(List<(JsonObject Container, bool IsInit)> containers, string kind)
    {
        var (running, native, starting) = (new Dictionary<string, decimal>(), new Dictionary<string, decimal>(), new Dictionary<string, decimal>());
        foreach (var (container, isInit) in containers)
        {
            var isNative = isInit && container.Text("restartPolicy") == "Always";
            foreach (var (resource, amount) in Of(container, kind))
            {
                if (!isInit || isNative)
                {
                    running[resource] = running.GetValueOrDefault(resource) + amount;
                }

                if (isInit && !isNative)
                {
                    starting[resource] = Math.Max(starting.GetValueOrDefault(resource), native.GetValueOrDefault(resource) + amount);
                }

                if (isNative)
                {
                    native[resource] = native.GetValueOrDefault(resource) + amount;
                }
            }
        }

        return running.Keys.Union(starting.Keys).ToDictionary(r => r, r => Math.Max(running.GetValueOrDefault(r), starting.GetValueOrDefault(r)), StringComparer.Ordinal);
    }

    // A request that is not named is the limit.
    private static Dictionary<string, decimal> Of(JsonObject container, string kind)
    {
        var amounts = LimitRangeItems.Amounts(container.Map("resources").Map(kind)).ToDictionary(a => a.Resource, a => a.Value, StringComparer.Ordinal);
        if (kind == "requests")
        {
            foreach (var (resource, _, value) in LimitRangeItems.Amounts(container.Map("resources").Map("limits")))
            {
                amounts.TryAdd(resource, value);
            }
        }

        return amounts;
    }

    // The plug-in writes quantities in canonical form; whole numbers are at least the same amount.
    private static string Text(decimal amount) =>
        amount * 1000 % 1000 == 0 ? amount.ToString("0", CultureInfo.InvariantCulture) : (amount * 1000).ToString("0", CultureInfo.InvariantCulture) + "m";
}
