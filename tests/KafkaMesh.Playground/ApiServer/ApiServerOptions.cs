using System.Net;
using System.Runtime.InteropServices;
using KafkaMesh.Playground.ApiServer.Admission;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.Storage;
using Serilog;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>How an API server is started.</summary>
internal sealed record ApiServerOptions
{
    /// <summary>What <c>/version</c> says, and what depends on it.</summary>
    public ServerVersion Version { get; init; } = new();

    /// <summary>TCP port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Further listening sockets, made elsewhere (in another network namespace); the server owns them from now on.</summary>
    public IReadOnlyList<SafeHandle> Listeners { get; init; } = [];

    /// <summary>Further DNS names in the serving certificate.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Further addresses in the serving certificate, such as the bridge's and the ClusterIP of the <c>kubernetes</c> service.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Bounds of the store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Opens TCP connections to webhooks: to pod addresses behind a Service, and to the hosts of URLs.</summary>
    public Func<IPEndPoint, CancellationToken, ValueTask<Stream>> Dial { get; init; } = TcpDialer.ConnectAsync;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The log; null for none.</summary>
    public ILogger? Log { get; init; }

    /// <summary>The Pod Security level that is enforced where a namespace has no label, as an admission configuration file says to a real server.</summary>
    public string DefaultPodSecurity { get; init; } = "privileged";

    /// <summary>The parts that decide: who asks, what is allowed, what a write goes through.</summary>
    public Func<ApiServerParts, ApiServerPolicy> Policy { get; init; } = ApiServerPolicy.Standard;
}
