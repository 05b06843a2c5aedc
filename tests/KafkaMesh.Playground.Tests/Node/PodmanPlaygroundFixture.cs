using KafkaMesh.Playground.Node.Runtime;
using KafkaMesh.Playground.Tests.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Node;

/// <summary>A whole cluster in a box whose containers podman runs.</summary>
public sealed class PodmanPlaygroundFixture : PlaygroundFixture
{
    internal override RuntimeChoice Runtime => RuntimeChoice.Podman;

    internal override string? Obstacle => base.Obstacle ?? PodmanTrial.Obstacle;
}
