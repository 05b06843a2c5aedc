using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>One explicit listener: clients of the pod connect to 127.0.0.1:listen and reach the target.</summary>
public sealed record ForwardRule
{
    /// <summary>Port on the pod's loopback address.</summary>
    [SchemaRequired]
    [SchemaRange(1, 65535)]
    [SchemaDescription("Port on the pod's loopback address.")]
    public int Listen { get; init; }

    /// <summary>Broker as <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    [SchemaRequired]
    [SchemaPattern(@"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$")]
    [SchemaMaxLength(262)]
    [SchemaDescription("Broker as host:port; an IPv6 address stands in brackets.")]
    public string Target { get; set; } = "";
}
