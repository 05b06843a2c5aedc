using System.Net;

namespace KafkaMesh.Playground.Network;

/// <summary>One port of a Service with a cluster address, and the ready endpoints behind it; none means that connections are refused.</summary>
internal sealed record ServiceTarget(IPAddress Address, string Protocol, int Port, IReadOnlyList<IPEndPoint> EndPoints);
