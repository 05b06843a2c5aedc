using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>
/// Makes the sidecar's amounts small enough for what LimitRanges grant the pod as a whole, as the LimitRanger plug-in checks it: least and
/// greatest, and the ratio of limit to request. A bound that the pod breaks by itself is not ours to mend.
/// </summary>
/// <param name="pod">The pod without our parts.</param>
/// <param name="isNative">The sidecar will be a native one.</param>
/// <param name="isGuaranteed">Requests equal limits.</param>
/// <param name="ofPod">Bounds of the pod.</param>
/// <param name="ofContainer">Bounds of each container, which hold as well; null: none.</param>
internal sealed class PodLimitFit(PodView pod, bool isNative, bool isGuaranteed, RangeLimits ofPod, RangeLimits? ofContainer)
{
    // Below these a sidecar is too slow to be of use, or would be killed for want of memory under load.
    private static readonly Dictionary<string, (decimal Request, decimal Limit)> s_least = new(StringComparer.Ordinal)
    {
        ["cpu"] = (0.010m, 0.050m),
        ["memory"] = (32 << 20, 64 << 20),
    };

    /// <summary>Changes amounts in place.</summary>
    /// <param name="resources">Requests and limits of the sidecar.</param>
    /// <returns>Null, or why the sidecar does not fit, as the rest of a sentence about the pod.</returns>
    public string? Apply(JsonObject resources)
    {
        var requests = resources["requests"] as JsonObject ?? [];
        var limits = resources["limits"] as JsonObject ?? [];
        foreach (var resource in requests.Concat(limits).Select(p => p.Key).Distinct(StringComparer.Ordinal).ToList())
        {
            if (ofPod.Of(resource) is { } bound && Fit(requests, limits, resource, bound) is { } problem)
                return problem;
        }
        return null;
    }

    private string? Fit(JsonObject requests, JsonObject limits, string resource, RangeBounds bound)
    {
        var (podRequest, podLimit) = (PodTotal.Of(pod, "requests", resource), PodTotal.Of(pod, "limits", resource));
        var (ownRequest, ownLimit) = (QuantityValue.Of(requests[resource]), QuantityValue.Of(limits[resource]));
        var (request, limit) = (ownRequest, ownLimit);
        var isBounded = bound.Max is { } max && podRequest.Amount <= max.Value && podLimit.Amount <= max.Value;
        if (isBounded)
        {
            limit = Least(limit, podLimit.Room(bound.Max!.Value.Value, isNative));
            request = Least(Least(request, podRequest.Room(bound.Max.Value.Value, isNative)), limit);
        }

        // The first limit of the pod must reach the least of all limits.
        if (bound.Min is { } min && !podLimit.IsNamed && limit < min.Value)
            limit = min.Value;
        if (bound.Ratio is { } ratio && limit is { } atMost && request is { } atLeast)
            (request, limit) = WithinRatio(atLeast, atMost, ratio, resource, podRequest, podLimit);
        if (isGuaranteed)
            request = limit = Least(request, limit);
        if (request == ownRequest && limit == ownLimit)
            return null;

        (request, limit) = (Whole(request, resource), Whole(limit, resource));
        if (!Suffices(resource, request, ownRequest, limit, ownLimit) || !IsKept(bound, isBounded, request, limit, podRequest, podLimit))
            return $"a LimitRange of type Pod {Grant(bound)} of {resource}, which leaves too little for the sidecar beside what the pod takes itself";
        Write(requests, resource, request, ownRequest);
        Write(limits, resource, limit, ownLimit);
        return null;
    }

    // A lower limit costs nobody anything; what is still missing is requested.
    private (decimal Request, decimal Limit) WithinRatio(decimal request, decimal limit, decimal ratio, string resource, PodTotal podRequest, PodTotal podLimit)
    {
        if (podRequest.Amount > 0 && podLimit.Amount > podRequest.Amount * ratio)
            return (request, limit);
        var unit = UnitOf(resource);
        var least = Math.Min(limit, Math.Max(request, s_least.TryGetValue(resource, out var amounts) ? amounts.Limit : limit));
        var fitting = (podRequest.With(request, isNative) * ratio) - podLimit.With(0, isNative);
        limit = Math.Clamp(fitting, least, limit);
        var missing = (podLimit.With(limit, isNative) / ratio) - podRequest.With(request, isNative);
        return (Math.Min(limit, request + Math.Max(0, Math.Ceiling(missing / unit) * unit)), limit);
    }

    // Down to the least, unless the monitor itself says less; and not below what every container must have.
    private bool Suffices(string resource, decimal? request, decimal? ownRequest, decimal? limit, decimal? ownLimit)
    {
        var least = s_least.TryGetValue(resource, out var amounts) ? amounts : (Request: ownRequest ?? 0, Limit: ownLimit ?? 0);
        var bound = ofContainer?.Of(resource);
        var min = bound?.Min?.Value ?? 0;
        return (request is null || (request >= Math.Min(least.Request, ownRequest ?? 0) && request >= min))
            && (limit is null || (limit >= Math.Min(least.Limit, ownLimit ?? 0) && limit >= min))
            && (bound?.Max is not { } max || limit is null || limit <= max.Value)
            && (bound?.Ratio is not { } ratio || limit is null || limit <= request * ratio);
    }

    // One bound may have moved an amount out of another.
    private bool IsKept(RangeBounds bound, bool isBounded, decimal? request, decimal? limit, PodTotal podRequest, PodTotal podLimit)
    {
        var (requested, limited) = (podRequest.With(request ?? 0, isNative), podLimit.With(limit ?? 0, isNative));
        return (!isBounded || (requested <= bound.Max!.Value.Value && limited <= bound.Max.Value.Value))
            && (bound.Ratio is not { } ratio || limited <= requested * ratio || podLimit.Amount > podRequest.Amount * ratio);
    }

    private static decimal? Least(decimal? left, decimal? right) => left is null ? null : right < left ? right : left;

    private static string Grant(RangeBounds bound) => bound.Max is { } max ? $"grants {max.Text}" : $"grants a ratio of {bound.Ratio} of limit to request";

    private static decimal? Whole(decimal? amount, string resource) => amount is null ? null : Math.Floor(amount.Value / UnitOf(resource)) * UnitOf(resource);

    // What the resource is counted in: thousandths of a CPU, whole bytes.
    private static decimal UnitOf(string resource) => resource == "cpu" ? 0.001m : 1;

    private static void Write(JsonObject amounts, string resource, decimal? amount, decimal? own)
    {
        if (amount is null || amount == own)
            return;
        var milli = amount.Value * 1000;
        amounts[resource] = milli % 1000 == 0 ? amount.Value.ToString("0", CultureInfo.InvariantCulture) : milli.ToString("0", CultureInfo.InvariantCulture) + "m";
    }
}
