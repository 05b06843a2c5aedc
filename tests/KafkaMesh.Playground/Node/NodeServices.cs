using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Pods;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node;

/// <summary>What the node agent works with.</summary>
internal sealed record NodeServices
{
    public required IClusterClient Client { get; init; }

    public required IServiceAccountTokens Tokens { get; init; }

    public required PlaygroundInstance Instance { get; init; }

    public required NodeNetwork Network { get; init; }

    public required IContainerRuntime Runtime { get; init; }

    public required ImageStore Images { get; init; }

    public required EventRecorder Events { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The version that the Node object names.</summary>
    public ServerVersion Version { get; init; } = new();

    /// <summary>The node's name, which pods carry in spec.nodeName.</summary>
    public string NodeName { get; init; } = "node";

    /// <summary>The first pause before a container that failed again is restarted; doubles up to five minutes.</summary>
    public TimeSpan RestartBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
