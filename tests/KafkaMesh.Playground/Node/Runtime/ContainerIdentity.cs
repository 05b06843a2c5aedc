namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Who a container's processes are and what they may do.</summary>
internal sealed record ContainerIdentity(uint User, uint Group)
{
    public IReadOnlyList<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>Capability numbers.</summary>
    public IReadOnlyList<int> Capabilities { get; init; } = [];

    public bool Privileged { get; init; }

    public bool NoNewPrivileges { get; init; }

    public bool ReadOnlyRoot { get; init; }

    /// <summary>Whether the runtime's own seccomp profile applies (<c>seccompProfile.type: RuntimeDefault</c>); else none does.</summary>
    public bool HasDefaultSeccomp { get; init; }
}
