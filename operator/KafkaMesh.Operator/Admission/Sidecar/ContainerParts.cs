using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Pieces that init container and sidecar have in common.</summary>
internal static class ContainerParts
{
    /// <summary>SELinux type of containers that name none; Pod Security's baseline level allows it.</summary>
    private const string DefaultType = "container_t";

    private static readonly (string Resource, string Request, string Limit, bool IsAlwaysLimited, string Fixed)[] Amounts =
    [
        ("cpu", "10m", "500m", false, "200m"),
        ("memory", "32Mi", "128Mi", true, "128Mi"),
    ];

    /// <summary>An environment variable with a value.</summary>
    public static JsonNode Variable(string name, string value) => new JsonObject { ["name"] = name, ["value"] = value };

    /// <summary>An environment variable from a field of the pod (Downward API).</summary>
    public static JsonNode FieldVariable(string name, string path) => new JsonObject
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };

    /// <summary>
    /// Every field that a pod-level security context could leak into the container is set: a process with a fixed id, no
    /// root file system to write to and no privileges but those named.
    /// </summary>
    /// <param name="plan">The plan: it knows what the pod confines its containers with.</param>
    /// <param name="userId">User and group.</param>
    /// <param name="added">Capabilities beyond none.</param>
    public static JsonObject SecurityContext(SidecarPlan plan, int userId, params ReadOnlySpan<string> added)
    {
        var capabilities = new JsonObject { ["drop"] = new JsonArray("ALL") };
        if (added.Length > 0)
        {
            var list = new JsonArray();
            foreach (var capability in added)
                list.Add((JsonNode)capability);
            capabilities["add"] = list;
        }
        var context = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = capabilities,
            ["privileged"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["runAsGroup"] = userId,
            ["runAsNonRoot"] = userId != 0,
            ["runAsUser"] = userId,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };
        Confine(context, plan.PodSecurityContext);
        return context;
    }

    // A profile or a type that was written for the application would be ours too, and may forbid what ours do. Only where the pod
    // has one is there anything to set: a node without AppArmor refuses pods that name any profile.
    private static void Confine(JsonObject context, JsonObject? pod)
    {
        if (PodView.Text(pod?["appArmorProfile"] as JsonObject, "type") == "Localhost")
            context["appArmorProfile"] = new JsonObject { ["type"] = "RuntimeDefault" };
        if (pod?["seLinuxOptions"] is not JsonObject { } options || PodView.Text(options, "type") is null or DefaultType)
            return;
        var ours = options.DeepClone().AsObject();
        ours["type"] = DefaultType;
        context["seLinuxOptions"] = ours;
    }

    /// <summary>
    /// Requests are always set (an autoscaler fails on containers without), and so is a memory limit. CPU has one where every
    /// container of the pod has: a ResourceQuota of limits.cpu refuses a pod of which one container names none. It does so for cpu and
    /// memory only (validationSet of Kubernetes' quota evaluator): of ephemeral-storage none is named, whose limit would evict pods. In a Guaranteed pod
    /// requests equal limits. The monitor overrides single amounts, the others keep their defaults and give way to them. All
    /// give way to the namespace's LimitRanges. What the pod requests or limits as a whole is left out: it is the sum that the API
    /// server checks.
    /// </summary>
    /// <param name="overrides">What the monitor says.</param>
    /// <param name="isGuaranteed">Requests equal limits.</param>
    /// <param name="limited">Names of resources that every container of the pod limits.</param>
    /// <param name="bounds">What the namespace demands of every container; null: nothing.</param>
    /// <param name="podResources">Names of resources that the pod requests or limits as a whole.</param>
    public static JsonObject Resources(ResourcesSpec? overrides, bool isGuaranteed, IReadOnlySet<string> limited, RangeLimits? bounds, IReadOnlySet<string> podResources)
    {
        var requests = new JsonObject();
        var limits = new JsonObject();
        foreach (var (resource, request, limit, isAlwaysLimited, whenFixed) in Amounts)
        {
            requests[resource] = isGuaranteed ? whenFixed : request;
            if (isGuaranteed || isAlwaysLimited || (limited.Contains(resource) && bounds?.Of(resource) is not ({ Default: not null } or { Ratio: not null })))
                limits[resource] = isGuaranteed ? whenFixed : limit;
        }
        Override(requests, overrides?.Requests);
        Override(limits, overrides?.Limits);
        if (isGuaranteed)
            KeepFixed(requests, limits, overrides);
        else
            KeepOrdered(requests, limits, overrides);
        if (bounds is not null)
            LimitRangeFit.Apply(requests, limits, bounds);
        var resources = new JsonObject();
        foreach (var (kind, amounts) in (ReadOnlySpan<(string, JsonObject)>)[("requests", requests), ("limits", limits)])
        {
            foreach (var resource in podResources)
                amounts.Remove(resource);
            if (amounts.Count > 0)
                resources[kind] = amounts;
        }
        return resources;
    }

    private static void Override(JsonObject amounts, IReadOnlyDictionary<string, Quantity>? overrides)
    {
        foreach (var (resource, quantity) in overrides ?? new Dictionary<string, Quantity>())
            amounts[resource] = quantity.Text;
    }

    private static void KeepFixed(JsonObject requests, JsonObject limits, ResourcesSpec? overrides)
    {
        foreach (var (resource, _, _, _, _) in Amounts)
        {
            var amount = (overrides?.Limits is { } l && l.TryGetValue(resource, out var limit) ? limit.Text : null)
                ?? (overrides?.Requests is { } r && r.TryGetValue(resource, out var request) ? request.Text : null);
            if (amount is null)
                continue;
            requests[resource] = amount;
            limits[resource] = amount;
        }
    }

    // A request above its limit makes the pod invalid: the one that the monitor does not set follows the other.
    private static void KeepOrdered(JsonObject requests, JsonObject limits, ResourcesSpec? overrides)
    {
        foreach (var (resource, _, _, _, _) in Amounts)
        {
            if (requests[resource] is not { } request || limits[resource] is not { } limit || QuantityValue.Of(request) <= QuantityValue.Of(limit))
                continue;
            if (overrides?.Limits?.ContainsKey(resource) == true)
                requests[resource] = limit.DeepClone();
            else
                limits[resource] = request.DeepClone();
        }
    }
}
