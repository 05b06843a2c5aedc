namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>What runs containers: <c>up --runtime auto|namespaces|podman</c>.</summary>
internal enum RuntimeChoice
{
    /// <summary>
    /// The namespaces, on every machine: podman works too, but it is no better kubelet. Measured with podman 4.3 of Debian 12: it takes about 0.6 s for each
    /// container (namespaces: 0.1 s), gives users other than root ambient capabilities (a kubelet gives none), lets mount and unshare through its seccomp profile
    /// (containerd's does not), does not make a missing working directory and misses that the kernel killed a container for want of memory.
    /// </summary>
    Auto,

    Namespaces,

    Podman,
}
