using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Chooses what a pod's sidecar looks like, or says why it can have none.</summary>
internal static class SidecarPlanner
{
    /// <summary>Where the API server mounts service account tokens.</summary>
    public const string TokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const int Candidates = 100;

    /// <summary>Most characters of rewritten probes in the status annotation; a pod has about 40 for each.</summary>
    private const int MaxOriginals = 4096;

    /// <summary>Plans the sidecar of a pod that carries none of our parts.</summary>
    /// <param name="pod">The pod, without our parts.</param>
    /// <param name="monitor">The monitor that wants it; valid.</param>
    /// <param name="request">Namespace, cluster and defaults.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="obstacle">Why there is none.</param>
    public static bool TryPlan(
        PodView pod,
        MonitorCandidate monitor,
        InjectionRequest request,
        [NotNullWhen(true)] out SidecarPlan? plan,
        [NotNullWhen(false)] out Obstacle? obstacle)
    {
        plan = null;
        obstacle = FindObstacle(pod, monitor.Spec, request);
        if (obstacle is not null)
            return false;

        if (ChooseUserId(pod, request.Namespace) is not { } userId)
        {
            obstacle = new Obstacle(SkipReason.UidClash, "the pod uses every user id that the sidecar could have");
            return false;
        }
        if (ChoosePorts(pod, monitor.Spec) is not { } ports)
        {
            obstacle = new Obstacle(SkipReason.PortClash, "the pod uses too many ports from 4591 on");
            return false;
        }
        var native = IsNative(monitor.Spec, request.Cluster);
        var guaranteed = PodQuality.IsGuaranteed(pod);
        var resources = ContainerParts.Resources(
            monitor.Spec.Sidecar?.Resources, guaranteed, PodQuality.LimitedResources(pod), request.Namespace.Limits?.Container, PodQuality.ResourcesOfPod(pod));
        if (request.Namespace.Limits?.Pod is { } ofPod && new PodLimitFit(pod, native, guaranteed, ofPod, request.Namespace.Limits.Container).Apply(resources) is { } tooMuch)
        {
            obstacle = new Obstacle(SkipReason.LimitRange, tooMuch);
            return false;
        }
        plan = new SidecarPlan
        {
            Monitor = monitor,
            Defaults = request.Defaults,
            Native = native,
            UserId = userId,
            Ports = ports,
            Resources = resources,
            Probes = CapturedProbes(pod, monitor.Spec),
            PodSecurityContext = pod.Spec?["securityContext"] as JsonObject,
            ShadowToken = MountsToken(pod) || (request.IsTemplate && PodView.Flag(pod.Spec, "automountServiceAccountToken") != false),
            DrainSeconds = DrainSeconds(pod.GracePeriodSeconds),
            Hash = ConfigurationHash.Of(monitor, request.Defaults),
        };
        return true;
    }

    private static Obstacle? FindObstacle(PodView pod, KafkaMonitorSpec spec, InjectionRequest request)
    {
        var redirects = spec.Capture == CaptureMode.Redirect;
        if (pod.HostNetwork)
            return new Obstacle(SkipReason.HostNetwork, "it uses the node's network, whose rules must not be changed");
        if (pod.IsWindows)
            return new Obstacle(SkipReason.Windows, "it runs on Windows");
        if (redirects && request.Namespace.LevelWithoutNetAdmin(request.Cluster.DefaultPodSecurity) is { } level)
            return new Obstacle(SkipReason.PodSecurity, $"{level.Sentence($"namespace {request.Namespace.Name}")}, which forbids NET_ADMIN for the init container; capture: None needs none");
        if (pod.RunsToCompletion && !IsNative(spec, request.Cluster))
            return new Obstacle(SkipReason.JobWithoutNativeSidecar, "it runs to completion, and without native sidecars (Kubernetes 1.29) it would never complete");
        if (FirstLyingProbe(CapturedProbes(pod, spec), IsNative(spec, request.Cluster)) is { } probe)
            return new Obstacle(SkipReason.PortClash, $"{probe} is a TCP probe of a captured port, which would succeed while the application is down; use an exec probe");
        if (!redirects && FirstTakenListener(pod, spec) is { } taken)
            return new Obstacle(SkipReason.PortClash, $"spec.forward listens on {taken}, which a container of the pod uses");
        return ForeignPart(pod);
    }

    // What the sidecar answers while the application is down.
    private static List<TcpProbe> CapturedProbes(PodView pod, KafkaMonitorSpec spec) =>
        spec.Capture == CaptureMode.Redirect && spec.Direction != CaptureDirection.Outbound ? TcpProbe.Of(pod, [.. spec.Ports]) : [];

    // One that cannot ask the sidecar: of an init container before a sidecar that starts later, or more than an annotation should keep.
    private static string? FirstLyingProbe(List<TcpProbe> probes, bool native)
    {
        var room = MaxOriginals;
        return probes.Find(p => (p.IsOfInit && !native) || (room -= p.Name.Length + p.Socket.ToJsonString().Length) < 0)?.Name;
    }

    private static int? FirstTakenListener(PodView pod, KafkaMonitorSpec spec)
    {
        var used = PodPorts.InUse(pod);
        foreach (var rule in spec.Forward ?? [])
        {
            if (used.Contains(rule.Listen))
                return rule.Listen;
        }
        return null;
    }

    private static Obstacle? ForeignPart(PodView pod)
    {
        var name = pod.AllContainers.Concat(pod.EphemeralContainers).Concat(pod.Volumes).Select(p => PodView.Text(p, "name"))
            .FirstOrDefault(n => n is WellKnownNames.InitContainer or WellKnownNames.ProxyContainer or SidecarVolume.Name);
        return name is null ? null : new Obstacle(SkipReason.Conflict, $"it already has a container or volume named {name}, which KafkaMesh did not add");
    }

    // Mode Native on a cluster without native sidecars would make pods that hang for ever: the cluster's word counts.
    private static bool IsNative(KafkaMonitorSpec spec, ClusterFacts cluster) =>
        cluster.NativeSidecars && (spec.Sidecar?.Mode ?? SidecarMode.Auto) != SidecarMode.Container;

    private static bool MountsToken(PodView pod) =>
        pod.AllContainers.Any(c => PodView.Items(c, "volumeMounts").Any(m => PodView.Text(m, "mountPath") == TokenPath));

    // OpenShift gives containers that name no user the first id of the namespace's range.
    private static int? ChooseUserId(PodView pod, NamespaceFacts ns)
    {
        var used = PodIdentities.InUse(pod);
        var (first, count) = ns.UserIds is { } range ? (range.First + 1, range.Count - 1) : (WellKnownNames.ProxyUserId, Candidates);
        for (var id = first; id < first + Math.Min(count, Candidates); id++)
        {
            if (!used.Contains(id))
                return (int)id;
        }
        return null;
    }

    private static SidecarPorts? ChoosePorts(PodView pod, KafkaMonitorSpec spec)
    {
        var used = PodPorts.InUse(pod);
        used.UnionWith(spec.Ports);
        used.UnionWith((spec.Forward ?? []).Select(r => r.Listen));
        return Take(WellKnownNames.OutboundPort) is { } outbound && Take(WellKnownNames.InboundPort) is { } inbound && Take(WellKnownNames.AdminPort) is { } admin
            ? new SidecarPorts(outbound, inbound, admin)
            : null;

        int? Take(int preferred)
        {
            for (var port = preferred; port < preferred + Candidates; port++)
            {
                if (used.Add(port))
                    return port;
            }
            return null;
        }
    }

    // The drain ends five seconds before the kubelet would kill, or halfway through a short grace period.
    private static long DrainSeconds(long grace) => Math.Clamp(grace >= 10 ? grace - 5 : grace / 2, 1, 3600);
}
