namespace KafkaMesh.Benchmarks.Relay;

/// <summary>What stands between client and broker.</summary>
internal enum RelayKind
{
    /// <summary>Nothing.</summary>
    Direct,

    /// <summary>HAProxy with its defaults: buffers of 16 KiB.</summary>
    HAProxy,

    /// <summary>HAProxy with <c>tune.bufsize 65536</c>.</summary>
    HAProxy64K,

    /// <summary>nginx's stream module with buffers of 64 KiB.</summary>
    Nginx64K,

    /// <summary>The sidecar as it is shipped.</summary>
    Sidecar,

    /// <summary>The same program with <c>--decode off</c>.</summary>
    SidecarWithoutDecoding,
}
