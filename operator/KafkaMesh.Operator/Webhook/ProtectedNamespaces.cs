namespace KafkaMesh.Operator.Webhook;

/// <summary>Namespaces in which nothing is ever injected: a broken injector must not keep a cluster from starting.</summary>
internal static class ProtectedNamespaces
{
    // Without these no node becomes ready, or no webhook has a certificate: Kubernetes' own, those in which network plug-ins install
    // themselves outside kube-system, and cert-manager's.
    private static readonly string[] OfTheCluster =
    [
        "kube-system", "kube-node-lease", "kube-public",
        "calico-apiserver", "calico-system", "cilium", "kube-flannel", "tigera-operator",
        "openshift-multus", "openshift-network-operator", "openshift-ovn-kubernetes", "openshift-sdn",
        "cert-manager",
    ];

    /// <summary>All of them.</summary>
    /// <param name="ownNamespace">The operator's own.</param>
    public static IReadOnlyList<string> All(string ownNamespace) => [.. OfTheCluster.Append(ownNamespace).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a namespace is one of them.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="ownNamespace">The operator's own.</param>
    public static bool Contains(string namespaceName, string ownNamespace) =>
        namespaceName == ownNamespace || Array.IndexOf(OfTheCluster, namespaceName) >= 0;
}
