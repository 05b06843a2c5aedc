using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Who reports: written into every <c>/stats</c> answer and into <c>kafkamesh_build_info</c>.</summary>
/// <param name="InstanceId">Random at process start; a restarted sidecar is another instance.</param>
/// <param name="ProxyVersion">Version of the sidecar.</param>
/// <param name="Pod">Pod that the sidecar runs in, when it was told.</param>
/// <param name="Namespace">Namespace of the pod, when it was told.</param>
/// <param name="Monitor">KafkaMonitor that the sidecar belongs to, when it was told.</param>
internal sealed record SidecarIdentity(string InstanceId, string ProxyVersion, string? Pod, string? Namespace, string? Monitor)
{
    /// <summary>A new instance: random id, version of this assembly.</summary>
    public static SidecarIdentity Create(string? pod = null, string? @namespace = null, string? monitor = null)
    {
        var version = typeof(SidecarIdentity).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        return new SidecarIdentity(NewId(), version, pod, @namespace, monitor);
    }

    // As Guid's format N, which is written for vector instructions that no code compiled ahead of time takes for granted: at start it would be compiled.
    private static string NewId()
    {
        Span<byte> id = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(id);
        return $"{BinaryPrimitives.ReadUInt64BigEndian(id):x16}{BinaryPrimitives.ReadUInt64BigEndian(id[8..]):x16}";
    }
}
