namespace KafkaMesh.Operator.Admission;

/// <summary>The levels of the Pod Security Standards, as labels and settings write them.</summary>
internal static class PodSecurityLevel
{
    /// <summary>Forbids nothing.</summary>
    public const string Privileged = "privileged";

    /// <summary>Forbids NET_ADMIN, which the init container needs.</summary>
    public const string Baseline = "baseline";

    /// <summary>Forbids that, and more.</summary>
    public const string Restricted = "restricted";

    /// <summary>Whether a text names a level.</summary>
    public static bool IsKnown(string? text) => text is Privileged or Baseline or Restricted;
}
