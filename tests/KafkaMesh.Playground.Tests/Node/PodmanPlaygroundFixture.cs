using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Node;

/// <summary>A whole cluster in a box whose containers podman runs.</summary>
public sealed class PodmanPlaygroundFixture : PlaygroundFixture
{
    private static readonly string[] Programs = ["podman", "conmon", "runc"];

    /// <summary>The sentence that tells what podman needs and this machine lacks, or null.</summary>
    internal static string? Missing => Programs.All(program => File.Exists("/usr/bin/" + program) || File.Exists("/usr/sbin/" + program))
        ? null : "podman is not installed: apt-get install podman runc conmon netavark";

    internal override RuntimeChoice Runtime => RuntimeChoice.Podman;

    internal override string? Obstacle => base.Obstacle ?? Missing;
}
