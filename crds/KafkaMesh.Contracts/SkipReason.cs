namespace KafkaMesh.Contracts;

/// <summary>Why a selected pod was left as it was. The names are label values, metric labels and status reasons.</summary>
public static class SkipReason
{
    /// <summary>Every reason.</summary>
    public static IReadOnlyList<string> All { get; } =
        [HostNetwork, Windows, PodSecurity, PortClash, UidClash, JobWithoutNativeSidecar, OptedOut, InvalidMonitor, Conflict, Disabled, LimitRange];

    /// <summary>The pod uses the node's network: rules would change the node.</summary>
    public const string HostNetwork = "host-network";

    /// <summary>The pod runs on Windows.</summary>
    public const string Windows = "windows";

    /// <summary>Pod Security forbids the init container, by the namespace's label or, without one, the cluster's default.</summary>
    public const string PodSecurity = "pod-security";

    /// <summary>No free ports were found for the sidecar.</summary>
    public const string PortClash = "port-clash";

    /// <summary>A container of the pod runs with the sidecar's user id and no other is free.</summary>
    public const string UidClash = "uid-clash";

    /// <summary>A Job's pod on a cluster without native sidecars: the pod would never complete.</summary>
    public const string JobWithoutNativeSidecar = "job-without-native-sidecar";

    /// <summary>The pod or its namespace says <c>kafkamesh.io/inject: disabled</c>.</summary>
    public const string OptedOut = "opted-out";

    /// <summary>Injection is switched off for the whole cluster: the operator's namespace says <c>kafkamesh.io/inject: disabled</c>.</summary>
    public const string Disabled = "disabled";

    /// <summary>The KafkaMonitor that selects the pod cannot be used.</summary>
    public const string InvalidMonitor = "invalid-monitor";

    /// <summary>A LimitRange of type Pod leaves less than the sidecar needs: with it the API server would refuse the pod.</summary>
    public const string LimitRange = "limit-range";

    /// <summary>The pod already has a container, volume or other sidecar part of our names that is not ours.</summary>
    public const string Conflict = "conflict";
}
