namespace KafkaMesh.Operator.Webhook;

/// <summary>Namespaces in which nothing is ever injected: a broken injector must not keep a cluster from starting.</summary>
internal static class ProtectedNamespaces
{
    /// <summary>Whether a namespace is one of them.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="ownNamespace">The operator's own.</param>
    public static bool Contains(string namespaceName, string ownNamespace) =>
        namespaceName == ownNamespace || namespaceName is "kube-system" or "kube-node-lease" or "kube-public";
}
