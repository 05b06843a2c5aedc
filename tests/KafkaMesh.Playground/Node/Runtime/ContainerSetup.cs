using KafkaMesh.Playground.Node.Launch;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>A container ready to be started: everything is resolved (image, environment, volumes, identity).</summary>
internal sealed record ContainerSetup
{
    /// <summary>Unique on the node and safe in a path: pod number, container name, attempt.</summary>
    public required string Id { get; init; }

    public required string ImageRoot { get; init; }

    public required string NetworkNamespace { get; init; }

    public required string HostName { get; init; }

    public IReadOnlyList<LaunchMount> Mounts { get; init; } = [];

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyList<string> Environment { get; init; }

    public string WorkingDirectory { get; init; } = "/";

    public required ContainerIdentity Identity { get; init; }

    public ContainerLimits Limits { get; init; } = ContainerLimits.None;
}
