using System.Globalization;
using System.Text.Json;
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

    /// <summary>Writes what a container is and runs.</summary>
    public static void WriteProgram(Utf8JsonWriter json, SidecarPlan plan, string name, string argument)
    {
        json.WriteString("name"u8, name);
        json.WriteString("image"u8, plan.Image);
        json.WriteString("imagePullPolicy"u8, plan.ImagePullPolicy);
        WriteTexts(json, "args"u8, argument);
    }

    /// <summary>Writes what a container may use and do.</summary>
    /// <param name="json">The container.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="userId">User and group.</param>
    /// <param name="added">Capabilities beyond none.</param>
    public static void WriteBounds(Utf8JsonWriter json, SidecarPlan plan, int userId, params ReadOnlySpan<string> added)
    {
        json.WritePropertyName("resources"u8);
        plan.Resources.WriteTo(json);
        WriteSecurityContext(json, plan, userId, added);
        json.WriteString("terminationMessagePolicy"u8, "FallbackToLogsOnError"u8);
    }

    /// <summary>Writes an environment variable with a value.</summary>
    public static void WriteVariable(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("value"u8, value);
        json.WriteEndObject();
    }

    /// <summary>Writes an environment variable with a number.</summary>
    public static void WriteVariable(Utf8JsonWriter json, string name, long value) =>
        WriteVariable(json, name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes an environment variable from a field of the pod (Downward API).</summary>
    public static void WriteFieldVariable(Utf8JsonWriter json, string name, string path)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteStartObject("valueFrom"u8);
        json.WriteStartObject("fieldRef"u8);
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("fieldPath"u8, path);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a list of texts.</summary>
    public static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, params ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    // Every field that one of the pod could leak into the container: a process with a fixed id, no root file system to write to and no privileges
    // but those named.
    private static void WriteSecurityContext(Utf8JsonWriter json, SidecarPlan plan, int userId, params ReadOnlySpan<string> added)
    {
        json.WriteStartObject("securityContext"u8);
        json.WriteBoolean("allowPrivilegeEscalation"u8, false);
        json.WriteStartObject("capabilities"u8);
        WriteTexts(json, "drop"u8, "ALL");
        if (added.Length > 0)
            WriteTexts(json, "add"u8, added);
        json.WriteEndObject();
        json.WriteBoolean("privileged"u8, false);
        json.WriteBoolean("readOnlyRootFilesystem"u8, true);
        json.WriteNumber("runAsGroup"u8, userId);
        json.WriteBoolean("runAsNonRoot"u8, userId != 0);
        json.WriteNumber("runAsUser"u8, userId);
        WriteProfile(json, "seccompProfile"u8);
        WriteConfinement(json, plan.PodSecurityContext);
        json.WriteEndObject();
    }

    // A profile or a type that was written for the application would be ours too, and may forbid what ours do. Only where the pod
    // has one is there anything to set: a node without AppArmor refuses pods that name any profile.
    private static void WriteConfinement(Utf8JsonWriter json, JsonObject? pod)
    {
        if (PodView.Text(pod?["appArmorProfile"] as JsonObject, "type") == "Localhost")
            WriteProfile(json, "appArmorProfile"u8);
        if (pod?["seLinuxOptions"] is not JsonObject { } options || PodView.Text(options, "type") is null or DefaultType)
            return;
        json.WriteStartObject("seLinuxOptions"u8);
        foreach (var (name, value) in options)
        {
            json.WritePropertyName(name);
            if (name == "type")
                json.WriteStringValue(DefaultType);
            else if (value is null)
                json.WriteNullValue();
            else
                value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private static void WriteProfile(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartObject(name);
        json.WriteString("type"u8, "RuntimeDefault"u8);
        json.WriteEndObject();
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
