using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Wording;

/// <summary>Why a pod is left as it is and what to do about it, in the same words wherever it is said: dashboard, <c>kafkamesh check</c>, <c>kafkamesh status</c>.</summary>
/// <param name="Meaning">Why, one sentence about the pod ("it").</param>
/// <param name="Advice">What to do, one sentence; a pod that is meant to be left alone has one too.</param>
internal sealed record SkipReasonText(string Meaning, string Advice)
{
    /// <summary>Both.</summary>
    public string Whole => $"{Meaning} {Advice}";

    /// <summary>The text of a reason; one of another version says itself and gets a general advice.</summary>
    /// <param name="reason">A <see cref="SkipReason"/>.</param>
    /// <param name="podSecurity">The Pod Security level that forbids the init container in its namespace; null: none is known.</param>
    public static SkipReasonText Of(string? reason, EnforcedLevel? podSecurity = null) => reason switch
    {
        SkipReason.HostNetwork => new(
            "It uses the node's network, where redirect rules would change the node.",
            "Monitor its peers, or take hostNetwork away."),
        SkipReason.Windows => new(
            "It runs on Windows, and the sidecar runs on Linux only.",
            "Monitor its brokers or peers that run on Linux."),
        SkipReason.PodSecurity => new(
            podSecurity is null
                ? "Pod Security forbids the init container, which needs NET_ADMIN: the label of its namespace does or, where it has none, the cluster's default."
                : $"{podSecurity.Sentence("Its namespace")}, which forbids NET_ADMIN for the init container.",
            $"Label the namespace {NamespaceFacts.EnforceLabel}: privileged, or set spec.capture: None with spec.forward, which needs no init container."),
        SkipReason.PortClash => new(
            "Its containers leave no port free that the sidecar needs.",
            "Use other ports in the pod or in spec.forward; a TCP probe of a captured port must become an exec probe."),
        SkipReason.UidClash => new(
            "A container runs as the sidecar's user id, and no other is free.",
            "Give the pod's containers another runAsUser than 4092 and the following."),
        SkipReason.JobWithoutNativeSidecar => new(
            "It runs to its end, and in this cluster, which has no native sidecars, it would never complete.",
            "Upgrade server and kubelets to 1.29, or run it as something that does not end."),
        SkipReason.OptedOut => new(
            $"It, or its namespace, says {WellKnownNames.InjectAnnotation}: disabled.",
            $"Take {WellKnownNames.InjectAnnotation}: disabled away from the pod or its namespace, and make the pod anew."),
        SkipReason.Disabled => new(
            "Injection was off for the whole cluster when it was made.",
            $"Take {WellKnownNames.InjectAnnotation}: disabled away from the operator's namespace, and make the pod anew."),
        SkipReason.InvalidMonitor => new(
            "The KafkaMonitor that selects it cannot be used.",
            "Correct the KafkaMonitor: its condition Ready says what is wrong."),
        SkipReason.Conflict => new(
            "It has a container or volume with a name of ours.",
            $"Rename what is called {WellKnownNames.ProxyContainer} or {WellKnownNames.InitContainer} in it."),
        SkipReason.LimitRange => new(
            "A LimitRange of type Pod leaves less than the sidecar needs beside what the pod takes.",
            "Raise it, or let the pod take less."),
        _ => new($"It was left as it was: {reason}.", "Look at the events of the pod."),
    };
}
