using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>What a user asks for: which pods, which ports, which details. Absent properties mean the documented default.</summary>
[SchemaDescription("Which pods get the Kafka sidecar and what it captures.")]
public sealed record KafkaMonitorSpec
{
    /// <summary>Pods of the monitor's namespace that it is responsible for. Empty selects every pod of the namespace.</summary>
    [SchemaRequired]
    [SchemaDescription("Pods of this namespace that the monitor is responsible for.")]
    public LabelSelector Selector { get; set; } = new();

    /// <summary><see cref="InjectionMode"/>: Annotation or Selector.</summary>
    [SchemaEnum(InjectionMode.Annotation, InjectionMode.Selector)]
    [SchemaDefault("\"Annotation\"")]
    [SchemaDescription("Annotation: the pod or its namespace also needs kafkamesh.io/inject: enabled. Selector: every selected pod, unless kafkamesh.io/inject: disabled.")]
    public string Injection { get; set; } = InjectionMode.Annotation;

    /// <summary>Kafka ports to capture, 1 to 64 of them.</summary>
    [SchemaItems(64, 1)]
    [SchemaRange(1, 65535)]
    [SchemaListType("set")]
    [SchemaDefault("[9092]")]
    [SchemaDescription("Kafka ports to capture.")]
    public IReadOnlyList<int> Ports { get; set; } = [WellKnownNames.KafkaPort];

    /// <summary><see cref="CaptureDirection"/>: Outbound, Inbound or Both.</summary>
    [SchemaEnum(CaptureDirection.Outbound, CaptureDirection.Inbound, CaptureDirection.Both)]
    [SchemaDefault("\"Outbound\"")]
    [SchemaDescription("Outbound for clients, Inbound for brokers, or Both.")]
    public string Direction { get; set; } = CaptureDirection.Outbound;

    /// <summary><see cref="CaptureMode"/>: Redirect or None.</summary>
    [SchemaEnum(CaptureMode.Redirect, CaptureMode.None)]
    [SchemaDefault("\"Redirect\"")]
    [SchemaDescription("Redirect: an init container writes iptables rules. None: no init container, the sidecar listens where spec.forward says (passes Pod Security restricted).")]
    public string Capture { get; set; } = CaptureMode.Redirect;

    /// <summary>Listeners for <see cref="CaptureMode.None"/>.</summary>
    [SchemaItems(64)]
    [SchemaListType("map", "listen")]
    [SchemaDescription("Explicit listeners for capture None.")]
    public IReadOnlyList<ForwardRule>? Forward { get; init; }

    /// <summary>When not empty, only these destinations are captured.</summary>
    [SchemaItems(64)]
    [SchemaPattern(Cidr.Pattern)]
    [SchemaMaxLength(43)]
    [SchemaListType("set")]
    [SchemaDescription("Capture only these destinations (CIDR, IPv4 or IPv6). Empty: all.")]
    public IReadOnlyList<string>? IncludeCIDRs { get; init; }

    /// <summary>Destinations that are never captured.</summary>
    [SchemaItems(64)]
    [SchemaPattern(Cidr.Pattern)]
    [SchemaMaxLength(43)]
    [SchemaListType("set")]
    [SchemaDescription("Never capture these destinations (CIDR, IPv4 or IPv6).")]
    public IReadOnlyList<string>? ExcludeCIDRs { get; init; }

    /// <summary><see cref="WebhookFailurePolicy"/>: Ignore or Fail.</summary>
    [SchemaEnum(WebhookFailurePolicy.Ignore, WebhookFailurePolicy.Fail)]
    [SchemaDefault("\"Ignore\"")]
    [SchemaDescription("What happens to selected pods while the injector is unreachable: Ignore (start without sidecar) or Fail (refuse).")]
    public string FailurePolicy { get; set; } = WebhookFailurePolicy.Ignore;

    /// <summary>Limits of the detailed metrics.</summary>
    [SchemaDescription("Which detailed metrics are kept, and how many series each.")]
    public MetricsSpec? Metrics { get; init; }

    /// <summary>Overrides for the sidecar container.</summary>
    [SchemaDescription("The sidecar container.")]
    public SidecarSpec? Sidecar { get; init; }

    /// <summary>How pods that carry an outdated sidecar are replaced.</summary>
    [SchemaDescription("How pods with an outdated sidecar are replaced.")]
    public RolloutSpec? Rollout { get; init; }

    /// <summary>How often figures are gathered.</summary>
    [SchemaDescription("How often figures are gathered.")]
    public ReportSpec? Report { get; init; }
}
