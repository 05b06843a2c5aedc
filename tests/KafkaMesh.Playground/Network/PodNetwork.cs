using System.Net;

namespace KafkaMesh.Playground.Network;

/// <summary>The network of one pod: its namespace, the node's end of its link, and its addresses.</summary>
internal sealed record PodNetwork(NetworkNamespace Namespace, string HostLink, IPAddress Address, IPAddress? AddressV6);
