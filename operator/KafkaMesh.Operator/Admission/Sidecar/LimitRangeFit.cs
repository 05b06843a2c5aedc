using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>
/// Moves the amounts of one of our containers into the bounds of its namespace, as the LimitRanger plug-in checks them: least and
/// greatest, and the ratio of limit to request. Amounts within the bounds stay, also those of the monitor.
/// </summary>
internal static class LimitRangeFit
{
    /// <summary>Changes requests and limits in place.</summary>
    public static void Apply(JsonObject requests, JsonObject limits, RangeLimits bounds)
    {
        foreach (var resource in requests.Concat(limits).Select(p => p.Key).Distinct(StringComparer.Ordinal).ToList())
        {
            if (bounds.Of(resource) is not { } bound)
                continue;
            NameLimit(requests, limits, resource, bound);
            Clamp(requests, resource, bound);
            Clamp(limits, resource, bound);
            KeepRatio(requests, limits, resource, bound);
        }
    }

    // The plug-in would name the default itself, without regard to our request. A ratio wants a limit in any case.
    private static void NameLimit(JsonObject requests, JsonObject limits, string resource, RangeBounds bound)
    {
        if (limits.ContainsKey(resource) || QuantityValue.Of(requests[resource]) is not { } request)
            return;
        if (bound.Default is { } byDefault)
            limits[resource] = request > byDefault.Value ? requests[resource]!.DeepClone() : byDefault.Text;
        else if (bound.Ratio is { } ratio)
            limits[resource] = Text(Math.Floor(request * ratio * 1000) / 1000, resource);
    }

    private static void Clamp(JsonObject amounts, string resource, RangeBounds bound)
    {
        if (QuantityValue.Of(amounts[resource]) is not { } amount)
            return;
        if (bound.Min is { } min && amount < min.Value)
            amounts[resource] = min.Text;
        else if (bound.Max is { } max && amount > max.Value)
            amounts[resource] = max.Text;
    }

    private static void KeepRatio(JsonObject requests, JsonObject limits, string resource, RangeBounds bound)
    {
        if (bound.Ratio is { } ratio && QuantityValue.Of(requests[resource]) is { } request && QuantityValue.Of(limits[resource]) is { } limit && limit > request * ratio)
            requests[resource] = ratio < 1 ? limits[resource]!.DeepClone() : Text(limit / ratio, resource);
    }

    // Rounded up to what the resource is counted in: thousandths of a CPU, whole bytes.
    private static string Text(decimal amount, string resource)
    {
        var milli = Math.Ceiling(amount * 1000);
        return resource == "cpu" && milli % 1000 != 0
            ? milli.ToString("0", CultureInfo.InvariantCulture) + "m"
            : Math.Ceiling(amount).ToString("0", CultureInfo.InvariantCulture);
    }
}
