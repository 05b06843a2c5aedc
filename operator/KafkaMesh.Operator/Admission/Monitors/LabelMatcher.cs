using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>Evaluates label selectors as Kubernetes does.</summary>
internal static class LabelMatcher
{
    /// <summary>Whether labels satisfy the selector; an empty selector matches everything, an unknown operator nothing.</summary>
    public static bool Matches(LabelSelector selector, IReadOnlyDictionary<string, string> labels)
    {
        // An admission looks at every monitor of the namespace, and there may be a thousand.
        if (selector.MatchLabels is { } wanted)
        {
            foreach (var (key, value) in wanted)
            {
                if (!labels.TryGetValue(key, out var actual) || actual != value)
                    return false;
            }
        }
        return selector.MatchExpressions is null || selector.MatchExpressions.All(r => Matches(r, labels));
    }

    private static bool Matches(LabelSelectorRequirement requirement, IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(requirement.Key, out var actual);
        return requirement.Operator switch
        {
            "In" => present && (requirement.Values ?? []).Contains(actual),
            "NotIn" => !present || !(requirement.Values ?? []).Contains(actual),
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }
}
