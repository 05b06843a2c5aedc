using System.Net;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;
using Serilog;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>What the deciding parts of an API server are built from.</summary>
/// <param name="Store">The cluster's state.</param>
/// <param name="Kinds">The kinds that are served.</param>
/// <param name="Authority">The cluster's certificate authority.</param>
/// <param name="AdminToken">The static bearer token of the administrator.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
/// <param name="Dial">Opens TCP connections to webhooks.</param>
/// <param name="Version">What the server is able to do.</param>
internal sealed record ApiServerParts(
    ObjectStore Store, KindRegistry Kinds, ClusterAuthority Authority, string AdminToken, TimeProvider Time, ILogger Log,
    Func<IPEndPoint, CancellationToken, ValueTask<Stream>> Dial, ServerVersion Version)
{
    /// <summary>The Pod Security level that is enforced where a namespace has no label.</summary>
    public string DefaultPodSecurity { get; init; } = "privileged";
}
