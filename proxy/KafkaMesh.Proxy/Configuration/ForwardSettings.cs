using System.Net;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>One pair of <c>--forward</c>.</summary>
/// <param name="Listen">Address to listen on.</param>
/// <param name="Target">Broker.</param>
internal sealed record ForwardSettings(IPEndPoint Listen, HostAndPort Target);
