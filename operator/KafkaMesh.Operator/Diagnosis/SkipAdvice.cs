using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Diagnosis;

/// <summary>What to do about pods that are left as they are, by reason.</summary>
internal static class SkipAdvice
{
    /// <summary>One sentence; reasons of another version get a general one.</summary>
    /// <param name="reason">A <see cref="SkipReason"/>.</param>
    public static string For(string? reason) => reason switch
    {
        SkipReason.HostNetwork => "Its network is the node's: monitor its peers, or take hostNetwork away.",
        SkipReason.Windows => "The sidecar runs on Linux only.",
        SkipReason.PodSecurity => "Let the namespace enforce privileged, or set spec.capture: None with spec.forward, which needs no init container.",
        SkipReason.PortClash => "Use other ports in the pod or in spec.forward; a TCP probe of a captured port must become an exec probe.",
        SkipReason.UidClash => "Give the pod's containers another runAsUser than 4092 and the following.",
        SkipReason.JobWithoutNativeSidecar => "Upgrade server and kubelets to 1.29, or run it as something that does not end.",
        SkipReason.OptedOut => $"Take {WellKnownNames.InjectAnnotation}: disabled away from the pod or its namespace, and make the pod anew.",
        SkipReason.Disabled => $"Injection is off for the whole cluster: take {WellKnownNames.InjectAnnotation}: disabled away from the operator's namespace, and make the pod anew.",
        SkipReason.InvalidMonitor => "Correct the KafkaMonitor: its condition Ready says what is wrong.",
        SkipReason.Conflict => $"A container or volume of the pod has a name of ours ({WellKnownNames.ProxyContainer}, {WellKnownNames.InitContainer}): rename it.",
        _ => "Look at the events of the pod.",
    };
}
