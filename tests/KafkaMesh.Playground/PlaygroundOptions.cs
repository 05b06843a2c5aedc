using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground;

/// <summary>How a whole <see cref="PlaygroundHost"/> is started.</summary>
internal sealed record PlaygroundOptions
{
    /// <summary>Image archives to load, each a file or a directory of <c>*.tar</c>.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Services that are reachable on 127.0.0.1.</summary>
    public IReadOnlyList<PublishedService> Published { get; init; } = [];

    /// <summary>The API server, whose version is the kubelet's too; its listeners, addresses and dialer are set by the Playground.</summary>
    public ApiServerOptions Server { get; init; } = new();

    /// <summary>Where kubeconfig files are written; null for a new directory that is removed at the end.</summary>
    public string? Directory { get; init; }

    /// <summary>What runs containers.</summary>
    public RuntimeChoice Runtime { get; init; }

    /// <summary>The first pause before a failing container is restarted again, or a failed pod of a ReplicaSet or Job replaced.</summary>
    public TimeSpan RestartBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
