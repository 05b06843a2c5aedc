using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Writes a label selector as the query parameter of a list or watch.</summary>
internal static class LabelSelectorText
{
    /// <summary>The selector's text; null selects everything.</summary>
    public static string? Of(LabelSelector selector)
    {
        var parts = (selector.MatchLabels ?? new Dictionary<string, string>()).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")
            .Concat((selector.MatchExpressions ?? []).Select(Text));
        var text = string.Join(',', parts);
        return text.Length > 0 ? text : null;
    }

    private static string Text(LabelSelectorRequirement requirement) => requirement.Operator switch
    {
        "In" => $"{requirement.Key} in ({string.Join(',', requirement.Values ?? [])})",
        "NotIn" => $"{requirement.Key} notin ({string.Join(',', requirement.Values ?? [])})",
        "DoesNotExist" => $"!{requirement.Key}",
        _ => requirement.Key,
    };
}
