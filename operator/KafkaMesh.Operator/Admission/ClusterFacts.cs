namespace KafkaMesh.Operator.Admission;

/// <summary>What injection needs to know about the cluster.</summary>
/// <param name="NativeSidecars">Server and every kubelet run native sidecars (KEP-753, on by default from 1.29). Older servers drop the field silently and the pod hangs.</param>
internal sealed record ClusterFacts(bool NativeSidecars);
