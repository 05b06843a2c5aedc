using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// CEL expressions with which an API server of 1.30 or later sorts out pods without a call (KEP-3716). They only spare
/// calls: the webhook decides the same without them.
/// <para>
/// They keep to what CEL has had from its first version on, so that servers of 1.30 and 1.36 read them alike: <c>has()</c> of a field, keys of maps and
/// items of lists by <c>in</c>, an index, <c>==</c>, <c>!</c>, <c>&amp;&amp;</c>, <c>||</c> and texts in single quotes; no optional types, no library of
/// Kubernetes. <c>object</c> is of the type dyn and is never null, since the rules ask for CREATE only; whatever is indexed was asked for before, as a
/// missing key is an evaluation error, in which the failurePolicy decides. Tests evaluate them with two implementations, of which one answers as a
/// recorded 1.36 does.
/// </para>
/// </summary>
internal static class MatchConditions
{
    // Far below the server's limits on length and cost of an expression; beyond it a call costs less.
    private const int MaxSelectors = 16;
    private const int MaxExpressionLength = 4096;

    private const string Labels = "object.metadata.labels";

    /// <summary>The conditions of an entry; the API server asks the webhook only when all of them hold.</summary>
    public static JsonArray Of(EntryScope scope)
    {
        // The selector of an entry of its own does the rest.
        var conditions = new JsonArray((JsonNode)Condition(
            "no-mirror-pod", "!has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)"));
        if (scope.Selector is null && AnyOf(scope) is { } selected)
            conditions.Add((JsonNode)Condition("selected-by-a-monitor", selected));
        return conditions;
    }

    private static JsonObject Condition(string name, string expression) => new() { ["name"] = name, ["expression"] = expression };

    private static string? AnyOf(EntryScope scope)
    {
        if (scope.Monitors.Count > MaxSelectors)
            return null;
        var text = string.Join(" || ", scope.Monitors.Select(m => $"({Selects(m.Spec.Selector)})").Distinct(StringComparer.Ordinal));
        return text.Length <= MaxExpressionLength ? text : null;
    }

    private static string Selects(LabelSelector selector)
    {
        List<string> terms =
        [
            .. (selector.MatchLabels ?? new Dictionary<string, string>()).Select(l => $"{Has(l.Key)} && {Labels}[{Quote(l.Key)}] == {Quote(l.Value)}"),
            .. (selector.MatchExpressions ?? []).Select(Satisfies),
        ];
        return terms.Count == 0 ? "true" : string.Join(" && ", terms);
    }

    private static string Satisfies(LabelSelectorRequirement requirement)
    {
        var has = Has(requirement.Key);
        var isOneOf = $"{Labels}[{Quote(requirement.Key)}] in [{string.Join(", ", (requirement.Values ?? []).Select(Quote))}]";
        return requirement.Operator switch
        {
            "In" => $"{has} && {isOneOf}",
            "NotIn" => $"!({has} && {isOneOf})",
            "Exists" => $"({has})",
            _ => $"!({has})",
        };
    }

    private static string Has(string key) => $"has({Labels}) && {Quote(key)} in {Labels}";

    // Labels hold none of the characters that CEL would need escaped; one that did would be a mistake of ours.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var c in text)
            quoted.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' ? c : throw new ArgumentException($"'{text}' is no label", nameof(text)));
        return quoted.Append('\'').ToString();
    }
}
