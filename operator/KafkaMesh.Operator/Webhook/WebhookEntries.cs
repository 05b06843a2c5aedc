using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Builds the MutatingWebhookConfiguration with the least blast radius: one entry per monitor, limited to its namespace
/// and its selector, so that the API server never calls for a pod that no monitor selects.
/// </summary>
internal static class WebhookEntries
{
    private const int TimeoutSeconds = 5;
    private const int MaxNameLength = 253;

    /// <summary>The configuration to apply: exactly the fields that the operator owns.</summary>
    /// <param name="monitors">All monitors; those with a selector that the API server would refuse are left out.</param>
    /// <param name="service">Name of the operator's Service.</param>
    /// <param name="ownNamespace">Namespace of the operator.</param>
    /// <param name="caBundlePem">Certificates that the API server shall trust.</param>
    public static JsonObject Configuration(IEnumerable<MonitorCandidate> monitors, string service, string ownNamespace, string caBundlePem)
    {
        var bundle = Convert.ToBase64String(Encoding.UTF8.GetBytes(caBundlePem));
        var entries = new JsonArray();
        foreach (var monitor in monitors.Where(m => IsRegistrable(m, ownNamespace)).OrderBy(m => m.Namespace, StringComparer.Ordinal).ThenBy(m => m.Name, StringComparer.Ordinal))
            entries.Add((JsonNode)Entry(monitor, service, ownNamespace, bundle));
        return new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "MutatingWebhookConfiguration",
            ["metadata"] = new JsonObject { ["name"] = WellKnownNames.WebhookConfigurationName },
            ["webhooks"] = entries,
        };
    }

    private static bool IsRegistrable(MonitorCandidate monitor, string ownNamespace) =>
        !ProtectedNamespaces.Contains(monitor.Namespace, ownNamespace) && MonitorValidator.CheckSelector(monitor.Spec.Selector) is null;

    private static JsonObject Entry(MonitorCandidate monitor, string service, string ownNamespace, string bundle) => new()
    {
        ["name"] = EntryName(monitor),
        ["admissionReviewVersions"] = new JsonArray("v1"),
        ["clientConfig"] = new JsonObject
        {
            ["caBundle"] = bundle,
            ["service"] = new JsonObject { ["namespace"] = ownNamespace, ["name"] = service, ["path"] = WellKnownNames.MutatePodsPath, ["port"] = 443 },
        },
        ["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["apiVersions"] = new JsonArray("v1"),
            ["operations"] = new JsonArray("CREATE"),
            ["resources"] = new JsonArray("pods"),
            ["scope"] = "Namespaced",
        }),
        ["namespaceSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["kubernetes.io/metadata.name"] = monitor.Namespace } },
        ["objectSelector"] = JsonSerializer.SerializeToNode(monitor.Spec.Selector, ContractsJson.Default.LabelSelector),
        ["failurePolicy"] = monitor.Spec.FailurePolicy == Contracts.Monitors.WebhookFailurePolicy.Fail ? "Fail" : "Ignore",
        ["matchPolicy"] = "Equivalent",
        ["sideEffects"] = "None",
        ["timeoutSeconds"] = TimeoutSeconds,
        ["reinvocationPolicy"] = "IfNeeded",
    };

    // A name of at least three labels that is unique and no longer than a DNS name.
    private static string EntryName(MonitorCandidate monitor)
    {
        var name = $"{monitor.Name}.{monitor.Namespace}.inject.{WellKnownNames.Group}";
        if (name.Length <= MaxNameLength)
            return name;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return $"{Convert.ToHexStringLower(hash.AsSpan(0, 8))}.{monitor.Namespace}.inject.{WellKnownNames.Group}";
    }
}
