namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>Which namespaces a caller may look at.</summary>
/// <param name="Namespaces">Their names; null for all.</param>
internal sealed record Scope(IReadOnlySet<string>? Namespaces)
{
    /// <summary>All namespaces.</summary>
    public static Scope Everything { get; } = new((IReadOnlySet<string>?)null);

    /// <summary>Who looks; empty when nobody asked.</summary>
    public string User { get; init; } = "";

    /// <summary>Whether a namespace is among them.</summary>
    public bool Includes(string namespaceName) => Namespaces?.Contains(namespaceName) != false;

    /// <summary>Differs for callers that see different things.</summary>
    public string Tag => Namespaces is null ? "all" : $"{string.Join(',', Namespaces.Order(StringComparer.Ordinal)).GetHashCode(StringComparison.Ordinal):x8}";
}
