using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Admission.Conditions;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Decides whether a webhook wants to see a write: rules, namespaceSelector, objectSelector, matchConditions.</summary>
internal sealed class WebhookMatcher(ClusterState state)
{
    /// <summary>Whether <paramref name="webhook"/> is to be called.</summary>
    public bool Matches(JsonObject webhook, WriteContext context, JsonObject? obj)
        => webhook.Items("rules").Any(rule => MatchesRule(rule, context))
            && MatchesNamespace(webhook.Map("namespaceSelector"), context, obj)
            && MatchesObject(webhook.Map("objectSelector"), obj, context.Old)
            && MatchConditionRules.Hold(webhook, context, obj);

    private static bool MatchesRule(JsonObject rule, WriteContext context)
    {
        var scope = rule.Text("scope");
        // A namespace object counts as namespaced by its own name only for the namespace selector, not for the scope.
        var fitsScope = scope is "" or "*" || (scope == "Namespaced") == context.Kind.Namespaced;
        return fitsScope
            && Covers(rule.Texts("operations"), context.Operation.ToString().ToUpperInvariant())
            && Covers(rule.Texts("apiGroups"), context.Kind.Group)
            && Covers(rule.Texts("apiVersions"), context.Kind.Version)
            && rule.Texts("resources").Any(pattern => CoversResource(pattern, context.Kind.Plural, context.Subresource));
    }

    private bool MatchesNamespace(JsonObject? selector, WriteContext context, JsonObject? obj)
    {
        if (selector is null or { Count: 0 })
        {
            return true;
        }

        if (context.Kind is { Group: "", Kind: "Namespace" })
        {
            return SelectorRules.Matches(selector, (obj ?? context.Old).Map("metadata").Map("labels"));
        }

        return !context.Kind.Namespaced
            || SelectorRules.Matches(selector, state.Find("namespaces", "", context.Namespace).Map("metadata").Map("labels"));
    }

    private static bool MatchesObject(JsonObject? selector, JsonObject? obj, JsonObject? old)
        => selector is null or { Count: 0 }
            || (obj is not null && SelectorRules.Matches(selector, obj.Map("metadata").Map("labels")))
            || (old is not null && SelectorRules.Matches(selector, old.Map("metadata").Map("labels")));

    private static bool CoversResource(string pattern, string resource, string subresource)
    {
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var (main, sub) = slash < 0 ? (pattern, "") : (pattern[..slash], pattern[(slash + 1)..]);
        return (main == "*" || main == resource) && (sub == subresource || sub == "*");
    }

    private static bool Covers(IReadOnlyList<string> values, string value) => values.Contains("*") || values.Contains(value);
}
