using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One pod of a monitor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Workload">What it belongs to.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="Ip">Its address.</param>
/// <param name="Phase">Pending, Running, Succeeded, Failed or Unknown.</param>
/// <param name="State">Reporting, Unreachable, Draining, Ended, Starting or NotInjected.</param>
/// <param name="Outdated">Its sidecar was made from another configuration.</param>
/// <param name="Reason">Why it was not injected, in one word.</param>
/// <param name="ReasonText">What that means and what to do.</param>
/// <param name="ProxyVersion">Version of its sidecar.</param>
/// <param name="LastReportTime">When it was last heard of.</param>
/// <param name="Connections">Open connections.</param>
/// <param name="Traffic">Over its last interval.</param>
/// <param name="DecodeFailures">What its sidecar could not decode.</param>
internal sealed record PodView(
    string Name,
    WorkloadView Workload,
    string? Node,
    string? Ip,
    string Phase,
    string State,
    bool Outdated,
    string? Reason,
    string? ReasonText,
    string? ProxyVersion,
    DateTimeOffset? LastReportTime,
    ConnectionCounts Connections,
    TrafficView Traffic,
    IReadOnlyList<FailureView> DecodeFailures);
