namespace KafkaMesh.Operator.Webhook;

/// <summary>Namespaces in which nothing is ever injected: a broken injector must not keep a cluster from starting.</summary>
internal sealed class ProtectedNamespaces
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

    private readonly HashSet<string> _names;

    /// <summary>Those of every cluster, the operator's own, and those of this cluster.</summary>
    /// <param name="own">The operator's own.</param>
    /// <param name="added">What whoever runs the cluster protects besides.</param>
    public ProtectedNamespaces(string own, IEnumerable<string> added)
    {
        Own = own;
        All = [.. OfTheCluster.Concat(added).Append(own).Distinct(StringComparer.Ordinal)];
        _names = [.. All];
    }

    /// <summary>The operator's own.</summary>
    public string Own { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Whether a namespace is one of them.</summary>
    public bool Contains(string namespaceName) => _names.Contains(namespaceName);

    /// <summary>Why a monitor of a namespace is of no use; null when it may be.</summary>
    public string? ProblemOf(string namespaceName) => Contains(namespaceName) ? $"nothing is injected in namespace {namespaceName}" : null;
}
