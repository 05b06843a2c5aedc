namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A context of kubeconfig: who, where, and in which namespace.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="User">Name of the user; empty for none.</param>
/// <param name="Namespace">Namespace, or null.</param>
internal sealed record KubeConfigContext(string Cluster, string User, string? Namespace);
