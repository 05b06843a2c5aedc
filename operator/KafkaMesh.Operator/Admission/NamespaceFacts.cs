namespace KafkaMesh.Operator.Admission;

/// <summary>What injection needs to know about the pod's namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels: the enforced Pod Security level is one.</param>
/// <param name="Annotations">Its annotations: the inject annotation may stand here.</param>
internal sealed record NamespaceFacts(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    private const string EnforceLabel = "pod-security.kubernetes.io/enforce";

    /// <summary>The enforced Pod Security level when it forbids NET_ADMIN (baseline and restricted do), else null.</summary>
    public string? LevelWithoutNetAdmin =>
        Labels.GetValueOrDefault(EnforceLabel) is "baseline" or "restricted" ? Labels[EnforceLabel] : null;
}
