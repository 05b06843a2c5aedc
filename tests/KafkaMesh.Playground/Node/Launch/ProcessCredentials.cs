using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Launch;

/// <summary>Gives up what the container's security context does not grant, as a container runtime under a kubelet does it: capabilities limit the bounding set,
/// user 0 has them in effect, any other user has none (no ambient capabilities).</summary>
internal static class ProcessCredentials
{
    private const int SetNoNewPrivileges = 38;
    private const int SetSeccomp = 22;
    private const int SeccompModeFilter = 2;
    private const int InstructionSize = 8;
    private const int DropBoundingCapability = 24;
    private const int KeepCapabilities = 8;
    private const int Ambient = 47;
    private const int AmbientClearAll = 4;
    private const int InvalidArgument = 22;
    private const nint SystemCallSetCapabilitiesX64 = 126;
    private const nint SystemCallSetCapabilitiesArm64 = 91;
    private const uint CapabilityVersion3 = 0x20080522;

    /// <summary>Applies seccomp filter, user, groups, capabilities and no_new_privs to the calling thread.</summary>
    /// <exception cref="LaunchException">The kernel refused one of them.</exception>
    public static void Apply(LaunchSpec spec)
    {
        // First, while the right to it is still there: without no_new_privs it needs CAP_SYS_ADMIN. What follows is in every profile.
        if (spec.SeccompFilter.Length > 0) LoadSeccompFilter(spec.SeccompFilter);
        var kept = spec.Privileged ? Enumerable.Range(0, 64).ToHashSet() : spec.Capabilities.ToHashSet();
        DropBoundingSet(kept);
        ContainerLauncher.Check(LinuxCalls.ProcessControl(Ambient, AmbientClearAll, 0, 0, 0), "clear ambient capabilities");
        ContainerLauncher.Check(LinuxCalls.SetGroups((nuint)spec.SupplementaryGroups.Count, [.. spec.SupplementaryGroups]), "set supplementary groups");
        ContainerLauncher.Check(LinuxCalls.SetGroupIds(spec.Group, spec.Group, spec.Group), "set the group");
        // Kept over the change of user only to lower them to exactly the wanted set in the next step.
        ContainerLauncher.Check(LinuxCalls.ProcessControl(KeepCapabilities, 1, 0, 0, 0), "keep capabilities");
        ContainerLauncher.Check(LinuxCalls.SetUserIds(spec.User, spec.User, spec.User), "set the user");
        SetCapabilities(spec.User == 0 && !spec.Privileged ? kept : [], spec.Privileged && spec.User == 0);
        if (spec.NoNewPrivileges) ContainerLauncher.Check(LinuxCalls.ProcessControl(SetNoNewPrivileges, 1, 0, 0, 0), "set no_new_privs");
    }

    private static unsafe void LoadSeccompFilter(byte[] filter)
    {
        fixed (byte* instructions = filter)
        {
            var program = stackalloc nuint[2] { (nuint)(filter.Length / InstructionSize), (nuint)instructions }; // struct sock_fprog
            ContainerLauncher.Check(LinuxCalls.ProcessControl(SetSeccomp, SeccompModeFilter, (nuint)program, 0, 0), "load the seccomp filter");
        }
    }

    private static void DropBoundingSet(HashSet<int> kept)
    {
        for (var capability = 0; capability < 64; capability++)
        {
            if (kept.Contains(capability)) continue;
            if (LinuxCalls.ProcessControl(DropBoundingCapability, (nuint)capability, 0, 0, 0) == 0) continue;
            if (System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == InvalidArgument) return; // beyond the last capability of this kernel
            ContainerLauncher.Check(-1, "drop a capability");
        }
    }

    private static unsafe void SetCapabilities(HashSet<int> wanted, bool all)
    {
        if (all) return;
        ulong bits = 0;
        foreach (var capability in wanted) bits |= 1UL << capability;
        bits &= ReadPermitted();
        var header = stackalloc uint[2] { CapabilityVersion3, 0 };
        var data = stackalloc uint[6] { (uint)bits, (uint)bits, 0, (uint)(bits >> 32), (uint)(bits >> 32), 0 };
        var call = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? SystemCallSetCapabilitiesArm64 : SystemCallSetCapabilitiesX64;
        ContainerLauncher.Check((int)LinuxCalls.SetCapabilities(call, header, data), "set capabilities");
    }

    /// <summary>A capability that this process does not have itself (a node in a container) cannot be given on.</summary>
    private static ulong ReadPermitted() => Permitted;

    private static readonly ulong Permitted = Convert.ToUInt64(
        File.ReadAllLines("/proc/self/status").First(line => line.StartsWith("CapPrm:", StringComparison.Ordinal))["CapPrm:".Length..].Trim(), 16);

    /// <summary>Reads what must be read before the file system changes.</summary>
    public static void Prepare() => _ = Permitted;
}
