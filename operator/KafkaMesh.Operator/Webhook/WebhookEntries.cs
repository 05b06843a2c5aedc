using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Builds the MutatingWebhookConfiguration with the least blast radius: entries as narrow as their number allows, and
/// never for a namespace in which nothing is injected.
/// </summary>
internal static class WebhookEntries
{
    /// <summary>
    /// Largest text of the entries. The stored object holds as much again at most in metadata.managedFields, so that it
    /// stays below 512 KiB, a third of what etcd takes.
    /// </summary>
    public const int MaxBytes = 300 * 1024;

    private const int TimeoutSeconds = 5;

    /// <summary>The division of the monitors that is registered: the narrowest that fits.</summary>
    /// <param name="monitors">All monitors; those with a selector that the API server would refuse are left out.</param>
    /// <param name="registration">What every entry says.</param>
    public static IReadOnlyList<EntryScope> Scopes(IEnumerable<MonitorCandidate> monitors, WebhookRegistration registration)
    {
        var registrable = monitors.Where(m => IsRegistrable(m, registration.Protected)).ToList();
        IReadOnlyList<EntryScope> last = [];
        foreach (var scopes in registrable.Count == 0 ? [] : EntryScopes.Candidates(registrable))
        {
            last = scopes;
            if (Encoding.UTF8.GetByteCount(Configuration(scopes, registration)["webhooks"]!.ToJsonString()) <= MaxBytes)
                break;
        }
        return last;
    }

    /// <summary>The configuration to apply: exactly the fields that the operator owns.</summary>
    /// <param name="scopes">The entries.</param>
    /// <param name="registration">What every entry says.</param>
    public static JsonObject Configuration(IReadOnlyList<EntryScope> scopes, WebhookRegistration registration)
    {
        var bundle = Convert.ToBase64String(Encoding.UTF8.GetBytes(registration.CaBundlePem));
        return new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "MutatingWebhookConfiguration",
            ["metadata"] = new JsonObject { ["name"] = WellKnownNames.WebhookConfigurationName },
            ["webhooks"] = new JsonArray([.. scopes.Select(scope => (JsonNode)Entry(scope, registration, bundle))]),
        };
    }

    /// <summary>Whether a stored configuration says what another one asks for, whatever the API server has added to it.</summary>
    public static bool IsStored(JsonObject wanted, JsonObject? stored)
    {
        var entries = (stored?["webhooks"] as JsonArray ?? []).OfType<JsonObject>().Where(e => IsOurs(Name(e))).ToList();
        var asked = wanted["webhooks"]!.AsArray().Select(e => e!.AsObject()).ToList();
        return entries.Count == asked.Count && asked.TrueForAll(e => entries.Find(s => Name(s) == Name(e)) is { } found && Says(found, e));
    }

    /// <summary>The stored entry with which the webhook is called as another configuration asks for, whatever it trusts and spares; null when there is none.</summary>
    public static JsonObject? Effective(JsonObject wanted, JsonObject? stored, EntryScope scope)
    {
        var (asked, found) = (Entry(wanted, scope.Name)!, Entry(stored, scope.Name));
        return found is not null
            && JsonNode.DeepEquals(found["clientConfig"]?["service"], asked["clientConfig"]!["service"])
            && asked.All(f => f.Key is "clientConfig" or "matchConditions" || JsonNode.DeepEquals(found[f.Key], f.Value)) ? found : null;
    }

    private static bool IsRegistrable(MonitorCandidate monitor, ProtectedNamespaces protectedNamespaces) =>
        !protectedNamespaces.Contains(monitor.Namespace) && MonitorValidator.CheckSelector(monitor.Spec.Selector) is null;

    private static JsonObject Entry(EntryScope scope, WebhookRegistration registration, string bundle)
    {
        var entry = new JsonObject
        {
            ["name"] = scope.Name,
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["clientConfig"] = new JsonObject
            {
                ["caBundle"] = bundle,
                ["service"] = new JsonObject
                {
                    ["namespace"] = registration.Protected.Own,
                    ["name"] = registration.Service,
                    ["path"] = WellKnownNames.MutatePodsPath,
                    ["port"] = 443,
                },
            },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray(""),
                ["apiVersions"] = new JsonArray("v1"),
                ["operations"] = new JsonArray("CREATE"),
                ["resources"] = new JsonArray("pods"),
                ["scope"] = "Namespaced",
            }),
            ["namespaceSelector"] = Namespaces(scope.Namespaces, registration.Protected),
            ["objectSelector"] = scope.Selector is null ? new JsonObject() : Selector(scope.Selector),
            ["failurePolicy"] = scope.FailurePolicy,
            ["matchPolicy"] = "Equivalent",
            ["sideEffects"] = "NoneOnDryRun",
            ["timeoutSeconds"] = TimeoutSeconds,
            ["reinvocationPolicy"] = "IfNeeded",
        };
        if (registration.MatchConditions)
            entry["matchConditions"] = MatchConditions.Of(scope);
        return entry;
    }

    // As the API server stores it, which leaves out what is empty: else every look would find a difference.
    private static JsonObject Selector(LabelSelector selector)
    {
        var written = JsonSerializer.SerializeToNode(selector, ContractsJson.Default.LabelSelector)!.AsObject();
        foreach (var part in written["matchExpressions"] is JsonArray expressions ? expressions.OfType<JsonObject>().Append(written) : [written])
        {
            foreach (var empty in part.Where(f => f.Value is JsonArray { Count: 0 } or JsonObject { Count: 0 }).Select(f => f.Key).ToList())
                part.Remove(empty);
        }
        return written;
    }

    private static JsonObject Namespaces(IReadOnlyList<string> namespaces, ProtectedNamespaces protectedNamespaces)
    {
        const string Label = "kubernetes.io/metadata.name";
        if (namespaces is [var only])
            return new JsonObject { ["matchLabels"] = new JsonObject { [Label] = only } };
        var isListed = namespaces.Count > 0;
        return new JsonObject
        {
            ["matchExpressions"] = new JsonArray(new JsonObject
            {
                ["key"] = Label,
                ["operator"] = isListed ? "In" : "NotIn",
                ["values"] = new JsonArray([.. (isListed ? namespaces : protectedNamespaces.All).Select(n => (JsonNode)n)]),
            }),
        };
    }

    private static JsonObject? Entry(JsonObject? configuration, string name) =>
        (configuration?["webhooks"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(e => Name(e) == name);

    private static string Name(JsonObject entry) => entry["name"]?.ToString() ?? "";

    private static bool IsOurs(string name) => name.EndsWith("." + WellKnownNames.Group, StringComparison.Ordinal);

    // Fields that the entry could have are compared also where it does not ask for them; others are the API server's.
    private static bool Says(JsonObject stored, JsonObject wanted) =>
        wanted.All(field => JsonNode.DeepEquals(stored[field.Key], field.Value)) && wanted.ContainsKey("matchConditions") == stored.ContainsKey("matchConditions");
}
