using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>All choices about one pod's sidecar, made before anything is changed.</summary>
internal sealed record SidecarPlan
{
    /// <summary>The monitor.</summary>
    public required MonitorCandidate Monitor { get; init; }

    /// <summary>Image and version.</summary>
    public required SidecarDefaults Defaults { get; init; }

    /// <summary>An init container with restartPolicy Always; else an ordinary container.</summary>
    public required bool Native { get; init; }

    /// <summary>User and group id of the sidecar.</summary>
    public required int UserId { get; init; }

    /// <summary>Ports of the sidecar.</summary>
    public required SidecarPorts Ports { get; init; }

    /// <summary>TCP probes of captured inbound ports, which are to ask the sidecar.</summary>
    public required IReadOnlyList<TcpProbe> Probes { get; init; }

    /// <summary>What each of our containers requests and its limits; a copy goes into the pod.</summary>
    public required JsonObject Resources { get; init; }

    /// <summary>The pod's own securityContext, which its containers inherit; null: none.</summary>
    public JsonObject? PodSecurityContext { get; init; }

    /// <summary>The pod mounts a service account token: the sidecar gets an empty directory in its place.</summary>
    public required bool ShadowToken { get; init; }

    /// <summary>Seconds that the sidecar may go on relaying after SIGTERM; below the pod's grace period.</summary>
    public required long DrainSeconds { get; init; }

    /// <summary>Hash of everything in monitor and defaults that shapes a sidecar.</summary>
    public required string Hash { get; init; }

    /// <summary>The spec of the monitor.</summary>
    public KafkaMonitorSpec Spec => Monitor.Spec;

    /// <summary>Whether an init container redirects.</summary>
    public bool Redirects => Spec.Capture == CaptureMode.Redirect;

    /// <summary>The image: the monitor's, else the operator's.</summary>
    public string Image => Spec.Sidecar?.Image ?? Defaults.Image;

    /// <summary>The pull policy: the monitor's, else the operator's.</summary>
    public string ImagePullPolicy => Spec.Sidecar?.ImagePullPolicy ?? Defaults.ImagePullPolicy;
}
