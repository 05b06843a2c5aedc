using KafkaMesh.Playground.Node.Launch;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Starts containers and processes in them; the seam between the node agent and what isolates processes on this machine.</summary>
internal interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>What it is, for people: shown at start and in the node's <c>containerRuntimeVersion</c>.</summary>
    string Name { get; }

    /// <summary>How CPU and memory limits are enforced on this machine, for people.</summary>
    string ResourceEnforcement { get; }

    /// <summary>What enforces the seccomp profile RuntimeDefault on this machine, for people.</summary>
    string SeccompEnforcement { get; }

    /// <summary>Starts a container; returns when its program is executing.</summary>
    /// <exception cref="LaunchException">It could not be started; the message is for the container's status.</exception>
    Task<IContainerProcess> StartAsync(ContainerSetup setup, CancellationToken cancellationToken);

    /// <summary>Starts another process inside a running container.</summary>
    /// <exception cref="LaunchException">It could not be started.</exception>
    Task<IContainerProcess> ExecAsync(IContainerProcess container, ContainerSetup setup, IReadOnlyList<string> command, string? terminal, CancellationToken cancellationToken);
}
