namespace KafkaMesh.Playground.Node.Launch;

/// <summary>Everything that turns a fresh process into a container's: written by the node agent, read by <see cref="ContainerLauncher"/>.</summary>
internal sealed record LaunchSpec
{
    /// <summary>Socket on which the launcher tells its process id and a failure; it closes when the program was executed.</summary>
    public required string StatusSocket { get; init; }

    /// <summary>Process id (in the node's view) whose namespaces and root are joined instead of making new ones; null for a new container.</summary>
    public int? JoinProcess { get; init; }

    /// <summary>Unpacked image; shared between containers and never written.</summary>
    public string ImageRoot { get; init; } = "";

    /// <summary>An empty directory under which the container's own file system is put together.</summary>
    public string WorkDirectory { get; init; } = "";

    /// <summary>File of the pod's network namespace.</summary>
    public string NetworkNamespace { get; init; } = "";

    public string HostName { get; init; } = "";

    public IReadOnlyList<LaunchMount> Mounts { get; init; } = [];

    public bool ReadOnlyRoot { get; init; }

    /// <summary>Files (<c>cgroup.procs</c>) of the control groups to enter.</summary>
    public IReadOnlyList<string> ControlGroups { get; init; } = [];

    public required uint User { get; init; }

    public required uint Group { get; init; }

    public IReadOnlyList<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>Capability numbers (linux/capability.h) that remain in the bounding set, and for user 0 in the effective set.</summary>
    public IReadOnlyList<int> Capabilities { get; init; } = [];

    public bool Privileged { get; init; }

    public bool NoNewPrivileges { get; init; }

    /// <summary>The program (seccomp(2), an array of <c>struct sock_filter</c>) that judges the container's system calls; empty for none.</summary>
    public byte[] SeccompFilter { get; init; } = [];

    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Program and arguments; the program is looked up in the PATH of <see cref="Environment"/>.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary><c>NAME=value</c> entries.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Path of a terminal that becomes the controlling one, or null.</summary>
    public string? Terminal { get; init; }
}
