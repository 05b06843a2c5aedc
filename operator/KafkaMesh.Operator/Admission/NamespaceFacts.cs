using System.Globalization;

namespace KafkaMesh.Operator.Admission;

/// <summary>What injection needs to know about the pod's namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels: the enforced Pod Security level is one.</param>
/// <param name="Annotations">Its annotations: the inject annotation may stand here.</param>
internal sealed record NamespaceFacts(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The label that says which Pod Security level is enforced.</summary>
    public const string EnforceLabel = "pod-security.kubernetes.io/enforce";

    private const string UserIdsAnnotation = "openshift.io/sa.scc.uid-range";

    /// <summary>What its LimitRanges demand; null: nothing, or they are not known.</summary>
    public NamespaceLimits? Limits { get; init; }

    /// <summary>
    /// The enforced Pod Security level when it forbids NET_ADMIN, else null. All but privileged do. It is found as the admission plug-in
    /// finds it (<c>PolicyToEvaluate</c> of k8s.io/pod-security-admission): the label counts, and a value that is no level, an empty one
    /// too, counts as restricted; without the label the cluster's default does. Namespaces, users and runtime classes that the plug-in's
    /// configuration exempts cannot be known, as no API tells them; an exempt namespace says so here by the label privileged.
    /// </summary>
    /// <param name="clusterDefault">The <see cref="PodSecurityLevel"/> that counts where no label is.</param>
    public EnforcedLevel? LevelWithoutNetAdmin(string clusterDefault)
    {
        var label = Labels.GetValueOrDefault(EnforceLabel);
        var level = label is null ? clusterDefault : PodSecurityLevel.IsKnown(label) ? label : PodSecurityLevel.Restricted;
        return level == PodSecurityLevel.Privileged ? null : new EnforcedLevel(level, label);
    }

    /// <summary>
    /// The user ids that OpenShift lets the namespace's pods use, written <c>1000640000/10000</c> (first and count) or
    /// <c>1000640000-1000649999</c>; null on other clusters.
    /// </summary>
    public (long First, long Count)? UserIds
    {
        get
        {
            var text = Annotations.GetValueOrDefault(UserIdsAnnotation) ?? "";
            var divider = text.IndexOfAny(['/', '-']);
            if (divider < 0
                || !int.TryParse(text.AsSpan(0, divider), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(text.AsSpan(divider + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var second))
            {
                return null;
            }
            var count = text[divider] == '/' ? second : (long)second - first + 1;
            return first > 0 && count > 0 && first + count <= int.MaxValue ? (first, count) : null;
        }
    }
}
