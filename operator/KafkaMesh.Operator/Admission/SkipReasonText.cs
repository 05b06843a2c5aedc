using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Admission;

/// <summary>What a reason for leaving a pod as it was means, and what to do.</summary>
internal static class SkipReasonText
{
    /// <summary>One or two sentences; an unknown reason says itself.</summary>
    public static string Of(string? reason) => reason switch
    {
        SkipReason.HostNetwork => "It uses the node's network, where redirect rules would change the node; run it without hostNetwork, or monitor its peers.",
        SkipReason.Windows => "It runs on Windows, for which there is no sidecar.",
        SkipReason.PodSecurity => "Pod Security of its namespace forbids the init container; say capture: None with forward rules in the monitor, or run it in a namespace that allows NET_ADMIN.",
        SkipReason.PortClash => "Its containers leave no port free for the sidecar; change one of their ports.",
        SkipReason.UidClash => "A container runs as the sidecar's user id, and no other is free; give the container another user id.",
        SkipReason.JobWithoutNativeSidecar => "It belongs to a Job, and this cluster has no native sidecars: the pod would never complete. Kubernetes 1.29 has them.",
        SkipReason.OptedOut => "It, or its namespace, says kafkamesh.io/inject: disabled.",
        SkipReason.Disabled => "Injection was switched off for the whole cluster when it started: the operator's namespace says kafkamesh.io/inject: disabled. Remove that, then restart the pod.",
        SkipReason.InvalidMonitor => "The monitor that selects it cannot be used; its Ready condition says why.",
        SkipReason.Conflict => "It has a container, volume or other part with a name of the sidecar's; rename it.",
        _ => $"It was left as it was: {reason}.",
    };
}
