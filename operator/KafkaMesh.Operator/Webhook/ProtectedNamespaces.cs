namespace KafkaMesh.Operator.Webhook;

/// <summary>Namespaces in which nothing is ever injected: a broken injector must not keep a cluster from starting.</summary>
internal static class ProtectedNamespaces
{
    private static readonly string[] OfTheCluster = ["kube-system", "kube-node-lease", "kube-public"];

    /// <summary>All of them.</summary>
    /// <param name="ownNamespace">The operator's own.</param>
    public static IReadOnlyList<string> All(string ownNamespace) => [.. OfTheCluster.Append(ownNamespace).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a namespace is one of them.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="ownNamespace">The operator's own.</param>
    public static bool Contains(string namespaceName, string ownNamespace) =>
        namespaceName == ownNamespace || Array.IndexOf(OfTheCluster, namespaceName) >= 0;
}
