using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Makes the runtime of a <see cref="RuntimeChoice"/>.</summary>
internal static class ContainerRuntimes
{
    /// <summary>The runtime, ready to start containers.</summary>
    /// <exception cref="HostCommandException">Podman was asked for and is missing or does not work; the message says what to do.</exception>
    public static async Task<IContainerRuntime> CreateAsync(RuntimeChoice choice, PlaygroundInstance instance, CancellationToken cancellationToken = default) =>
        choice == RuntimeChoice.Podman ? await PodmanRuntime.CreateAsync(instance, cancellationToken) : new NamespaceRuntime(instance);
}
