using System.Net;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>
/// Rules of a KafkaMonitor that the CRD's schema cannot say (fields that depend on one another), and those that it can,
/// because a monitor may have been stored under an older schema.
/// </summary>
internal static partial class MonitorValidator
{
    private const int MaxPorts = 64;

    /// <summary>Null, or the first thing that makes the monitor unusable, as one sentence for its author.</summary>
    public static string? Check(MonitorCandidate monitor)
    {
        var spec = monitor.Spec;
        if (!LabelValue().IsMatch(monitor.Name))
            return $"metadata.name: {monitor.Name.Length} characters do not fit a label value (at most 63 letters, digits, '-', '_' and '.'); choose a shorter name";
        return CheckSelector(spec.Selector)
            ?? CheckWords(spec)
            ?? CheckPorts(spec)
            ?? CheckForward(spec)
            ?? CheckRanges("spec.includeCIDRs", spec.IncludeCIDRs)
            ?? CheckRanges("spec.excludeCIDRs", spec.ExcludeCIDRs)
            ?? CheckResources(spec.Sidecar?.Resources);
    }

    /// <summary>
    /// Null, or what is wrong with a selector. It becomes part of the webhook registration, which one bad selector would
    /// keep from being stored for all monitors.
    /// </summary>
    public static string? CheckSelector(LabelSelector selector)
    {
        foreach (var (key, value) in selector.MatchLabels ?? new Dictionary<string, string>())
        {
            if (CheckLabel("matchLabels", key, [value]) is { } error)
                return error;
        }
        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            var needsValues = requirement.Operator is "In" or "NotIn";
            if (!needsValues && requirement.Operator is not ("Exists" or "DoesNotExist"))
                return $"spec.selector.matchExpressions: operator '{requirement.Operator}' is none of In, NotIn, Exists, DoesNotExist";
            if (needsValues != (requirement.Values is { Count: > 0 }))
                return $"spec.selector.matchExpressions: {requirement.Operator} of '{requirement.Key}' {(needsValues ? "needs values" : "takes no values")}";
            if (CheckLabel("matchExpressions", requirement.Key, requirement.Values ?? []) is { } error)
                return error;
        }
        return null;
    }

    private static string? CheckLabel(string field, string key, IReadOnlyList<string> values)
    {
        var slash = key.LastIndexOf('/');
        if (!LabelValue().IsMatch(key[(slash + 1)..]) || (slash >= 0 && (slash > 253 || !Subdomain().IsMatch(key[..slash]))))
            return $"spec.selector.{field}: '{key}' is no label name";
        var bad = values.FirstOrDefault(v => v.Length > 0 && !LabelValue().IsMatch(v));
        return bad is null ? null : $"spec.selector.{field}: '{bad}' is no label value (at most 63 letters, digits, '-', '_' and '.')";
    }

    private static string? CheckWords(KafkaMonitorSpec spec) =>
        OneOf("spec.injection", spec.Injection, InjectionMode.Annotation, InjectionMode.Selector)
        ?? OneOf("spec.direction", spec.Direction, CaptureDirection.Outbound, CaptureDirection.Inbound, CaptureDirection.Both)
        ?? OneOf("spec.capture", spec.Capture, CaptureMode.Redirect, CaptureMode.None)
        ?? OneOf("spec.failurePolicy", spec.FailurePolicy, WebhookFailurePolicy.Ignore, WebhookFailurePolicy.Fail)
        ?? (spec.Sidecar is { } sidecar ? OneOf("spec.sidecar.mode", sidecar.Mode, SidecarMode.Auto, SidecarMode.Native, SidecarMode.Container) : null);

    private static string? OneOf(string field, string value, params ReadOnlySpan<string> accepted) =>
        accepted.Contains(value) ? null : $"{field}: '{value}' is none of {string.Join(", ", accepted)}";

    private static string? CheckPorts(KafkaMonitorSpec spec)
    {
        if (spec.Ports.Count is < 1 or > MaxPorts)
            return $"spec.ports: {spec.Ports.Count} ports; 1 to {MaxPorts} are accepted";
        foreach (var port in spec.Ports)
        {
            if (port is < 1 or > 65535)
                return $"spec.ports: {port} is no port (1 to 65535)";
        }
        return null;
    }

    private static string? CheckForward(KafkaMonitorSpec spec)
    {
        var rules = spec.Forward ?? [];
        if (spec.Capture != CaptureMode.None)
            return rules.Count == 0 ? null : "spec.forward: only used with capture None; remove it or set spec.capture to None";
        if (rules.Count == 0)
            return "spec.forward: capture None needs at least one listener, such as {listen: 9092, target: \"kafka:9092\"}";
        if (spec.Direction != CaptureDirection.Outbound)
            return "spec.direction: capture None serves Outbound only";
        var seen = new HashSet<int>();
        foreach (var rule in rules)
        {
            if (rule.Listen is < 1 or > 65535)
                return $"spec.forward: listen {rule.Listen} is no port (1 to 65535)";
            if (!seen.Add(rule.Listen))
                return $"spec.forward: two rules listen on {rule.Listen}";
            if (!Target().IsMatch(rule.Target) || !ushort.TryParse(rule.Target[(rule.Target.LastIndexOf(':') + 1)..], out var port) || port == 0)
                return $"spec.forward: target '{rule.Target}' is not host:port";
        }
        return null;
    }

    private static string? CheckRanges(string field, IReadOnlyList<string>? ranges)
    {
        foreach (var range in ranges ?? [])
        {
            var slash = range.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0
                || !IPAddress.TryParse(range.AsSpan(0, slash), out var address)
                || !byte.TryParse(range.AsSpan(slash + 1), out var length)
                || length > address.GetAddressBytes().Length * 8)
            {
                return $"{field}: '{range}' is no address range such as 10.0.0.0/8";
            }
        }
        return null;
    }

    // The API server would refuse every pod with such a sidecar.
    private static string? CheckResources(ResourcesSpec? resources)
    {
        var requests = resources?.Requests ?? new Dictionary<string, Quantity>();
        var limits = resources?.Limits ?? new Dictionary<string, Quantity>();
        foreach (var (kind, amounts) in (ReadOnlySpan<(string, IReadOnlyDictionary<string, Quantity>)>)[("requests", requests), ("limits", limits)])
        {
            foreach (var (resource, amount) in amounts)
            {
                if (QuantityValue.Of(amount.Text ?? "") is not >= 0)
                    return $"spec.sidecar.resources.{kind}.{resource}: '{amount.Text}' is no amount such as 100m or 64Mi";
            }
        }
        foreach (var (resource, request) in requests)
        {
            if (limits.TryGetValue(resource, out var limit) && QuantityValue.Of(request.Text) > QuantityValue.Of(limit.Text))
                return $"spec.sidecar.resources: the request of {resource}, {request.Text}, is above its limit of {limit.Text}";
        }
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValue();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Target();
}
