namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>What a container may use: memory in bytes and processor time in thousandths of a core, each null without a limit, and its CPU weight.</summary>
internal sealed record ContainerLimits(long? MemoryBytes, long? CpuMillis, long CpuRequestMillis)
{
    public static readonly ContainerLimits None = new(null, null, 0);
}
