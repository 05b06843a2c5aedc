using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Admission;

/// <summary>What injection needs to know about the cluster.</summary>
/// <param name="NativeSidecars">Server and every kubelet run native sidecars (KEP-753, on by default from 1.29). Older servers drop the field silently and the pod hangs.</param>
internal sealed record ClusterFacts(bool NativeSidecars)
{
    /// <summary>The namespace whose annotation switches injection off for the whole cluster; null while it is on.</summary>
    public string? DisabledBy { get; init; }

    /// <summary>The <see cref="PodSecurityLevel"/> that the API server enforces where a namespace has no label. No API tells it: whoever installs the operator does.</summary>
    public string DefaultPodSecurity { get; init; } = PodSecurityLevel.Privileged;

    /// <summary>Reads the switch: the word of the operator's own namespace, into which nothing is injected anyway, counts for all.</summary>
    /// <param name="ownNamespace">The operator's namespace.</param>
    /// <param name="annotations">Its annotations.</param>
    public static string? Switch(string ownNamespace, IReadOnlyDictionary<string, string> annotations) =>
        OptInReader.Read(podAnnotations: null, annotations) == OptIn.Disabled ? ownNamespace : null;

    /// <summary>Why no pod gets a sidecar, as the rest of a sentence; null while pods get one.</summary>
    public string? WhyDisabled =>
        DisabledBy is null ? null : $"injection is switched off for the whole cluster: namespace {DisabledBy} says {WellKnownNames.InjectAnnotation}: disabled";
}
