using System.Net;

namespace KafkaMesh.Proxy.Transport;

/// <summary>One address to accept connections on.</summary>
/// <param name="Name">What it is for, in messages: <c>outbound</c>, <c>inbound</c>, <c>forward kafka:9092</c>.</param>
/// <param name="Address">Where to listen; port 0 takes any free one.</param>
/// <param name="Direction">Seen from the pod.</param>
/// <param name="Upstream">Where its connections go.</param>
internal sealed record ListenerSettings(string Name, IPEndPoint Address, RelayDirection Direction, IUpstream Upstream);
