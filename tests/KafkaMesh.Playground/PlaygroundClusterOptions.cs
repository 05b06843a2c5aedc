using KafkaMesh.Playground.ApiServer;

namespace KafkaMesh.Playground;

/// <summary>How a <see cref="PlaygroundCluster"/> is started.</summary>
internal sealed record PlaygroundClusterOptions
{
    /// <summary>The API server.</summary>
    public ApiServerOptions Server { get; init; } = new();

    /// <summary>Where kubeconfig files are written; null for a new directory that is removed at the end.</summary>
    public string? Directory { get; init; }
}
