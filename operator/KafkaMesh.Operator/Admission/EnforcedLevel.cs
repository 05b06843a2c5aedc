namespace KafkaMesh.Operator.Admission;

/// <summary>The Pod Security level that the API server enforces upon the pods of a namespace, and by whose word.</summary>
/// <param name="Name">A <see cref="PodSecurityLevel"/>.</param>
/// <param name="Label">What the namespace's label says; null: it has none, and the cluster's default counts.</param>
internal sealed record EnforcedLevel(string Name, string? Label)
{
    /// <summary>Who says it, as the beginning of a sentence; short, as API servers cut warnings at 256 characters.</summary>
    /// <param name="subject">What the sentence calls the namespace.</param>
    public string Sentence(string subject)
    {
        if (Label is null)
            return $"{subject} has no Pod Security label, and the cluster's default is {Name} (--default-pod-security)";
        return $"{subject} enforces Pod Security {Name}" + (Label == Name ? "" : $", as which its label's value '{Label}' counts");
    }
}
