using System.Net;
using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>Which connections of a pod go through the sidecar.</summary>
internal sealed record RedirectSettings
{
    /// <summary>Kafka ports, in order, without repetition.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>Connections that the pod opens.</summary>
    public bool CapturesOutbound { get; init; } = true;

    /// <summary>Connections that the pod accepts.</summary>
    public bool CapturesInbound { get; init; }

    /// <summary>Where the sidecar takes connections that the pod opens.</summary>
    public int OutboundPort { get; init; } = WellKnownNames.OutboundPort;

    /// <summary>Where the sidecar takes connections that the pod accepts.</summary>
    public int InboundPort { get; init; } = WellKnownNames.InboundPort;

    /// <summary>Where the sidecar answers probes, Prometheus and the operator: kept from other meshes' redirects.</summary>
    public int AdminPort { get; init; } = WellKnownNames.AdminPort;

    /// <summary>User of the sidecar, never 0: root's connections would be exempt.</summary>
    public int ProxyUid { get; init; } = WellKnownNames.ProxyUserId;

    /// <summary>Remote addresses to capture; empty = all. Destinations for outbound, sources for inbound.</summary>
    public IReadOnlyList<IPNetwork> Included { get; init; } = [];

    /// <summary>Remote addresses never to capture.</summary>
    public IReadOnlyList<IPNetwork> Excluded { get; init; } = [];
}
