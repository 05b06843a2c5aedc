using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission;

/// <summary>
/// What the LimitRanges of a namespace demand of a container, or of a pod as a whole. The API server checks them behind the webhook and
/// refuses the whole pod: a sidecar that asks for less than the least or more than the greatest would keep its pod from starting.
/// </summary>
internal sealed class RangeLimits
{
    private readonly Dictionary<string, RangeBounds> _bounds = new(StringComparer.Ordinal);

    private RangeLimits()
    {
    }

    /// <summary>Bounds of a resource; null when there are none.</summary>
    public RangeBounds? Of(string resource) => _bounds.GetValueOrDefault(resource);

    /// <summary>Reads LimitRanges; what is no quantity is left out.</summary>
    /// <param name="limitRanges">The namespace's.</param>
    /// <param name="type"><c>Container</c> or <c>Pod</c>.</param>
    /// <returns>The strictest of all their items of this type; null when there are none.</returns>
    public static RangeLimits? Of(IEnumerable<JsonObject> limitRanges, string type)
    {
        var limits = new RangeLimits();
        foreach (var item in limitRanges.SelectMany(r => PodView.Items(r["spec"] as JsonObject, "limits")).Where(i => PodView.Text(i, "type") == type))
        {
            var names = ((string[])["min", "max", "default", "maxLimitRequestRatio"]).SelectMany(part => item[part] as JsonObject ?? []).Select(p => p.Key);
            foreach (var resource in names.Distinct(StringComparer.Ordinal))
                limits.Add(resource, item);
        }
        return limits._bounds.Count > 0 ? limits : null;
    }

    // Which default applies when there are several is not defined: whoever names the smallest runs into no other's bound.
    private void Add(string resource, JsonObject item)
    {
        var known = _bounds.GetValueOrDefault(resource);
        var max = Amount(item, "max", resource);
        _bounds[resource] = new RangeBounds(
            Least(known?.Min, Amount(item, "min", resource), greatest: true),
            Least(known?.Max, max, greatest: false),
            Least(known?.Default, Amount(item, "default", resource) ?? max, greatest: false),
            Least(known?.Ratio is { } ratio ? new LimitedAmount("", ratio) : null, Amount(item, "maxLimitRequestRatio", resource), greatest: false)?.Value);
    }

    private static LimitedAmount? Amount(JsonObject item, string part, string resource) =>
        (item[part] as JsonObject)?[resource] is { } node && QuantityValue.Of(node) is { } value and > 0 ? new LimitedAmount(node.ToString(), value) : null;

    private static LimitedAmount? Least(LimitedAmount? left, LimitedAmount? right, bool greatest) =>
        left is null ? right : right is null || (left.Value.Value > right.Value.Value) == greatest ? left : right;
}
