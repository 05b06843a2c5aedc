using System.Globalization;
using KafkaMesh.Playground.Node.Pods;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Says a container's setup in the words of <c>podman create</c>.</summary>
internal static class PodmanFlags
{
    /// <summary>Everything behind <c>podman create</c>; the image's unpacked files are shared between containers and covered by a layer of the container's own.</summary>
    public static IReadOnlyList<string> Create(ContainerSetup setup, string controlGroup) =>
    [
        "--name", setup.Id, "--interactive", "--log-driver", "none", "--cgroup-parent", "/" + controlGroup,
        "--network", "ns:" + setup.NetworkNamespace, "--hostname", setup.HostName, "--no-hosts",
        "--workdir", setup.WorkingDirectory, "--unsetenv-all",
        .. setup.Environment.SelectMany(entry => new[] { "--env", entry }),
        .. setup.Mounts.SelectMany(mount => new[] { "--volume", $"{mount.Source}:{mount.Target}:{(mount.ReadOnly ? "ro" : "rw")},rbind" }),
        .. Identity(setup.Identity),
        .. Limits(setup.Limits),
        "--entrypoint", "", "--rootfs", setup.ImageRoot + ":O", .. setup.Command,
    ];

    private static IEnumerable<string> Identity(ContainerIdentity identity)
    {
        yield return "--user";
        yield return string.Create(CultureInfo.InvariantCulture, $"{identity.User}:{identity.Group}");
        foreach (var group in identity.SupplementaryGroups) yield return string.Create(CultureInfo.InvariantCulture, $"--group-add={group}");
        // Named in both cases: podman's default is its profile, a kubelet's is none.
        yield return "--security-opt=seccomp=" + (identity.HasDefaultSeccomp ? PodmanConfiguration.SeccompProfile : "unconfined");
        if (identity.NoNewPrivileges) yield return "--security-opt=no-new-privileges";
        if (identity.ReadOnlyRoot)
        {
            yield return "--read-only";
            yield return "--read-only-tmpfs=false";
        }
        if (identity.Privileged)
        {
            yield return "--privileged";
            yield break;
        }
        yield return "--cap-drop=all";
        foreach (var capability in identity.Capabilities) yield return "--cap-add=" + ContainerSecurity.CapabilityName(capability);
    }

    private static IEnumerable<string> Limits(ContainerLimits limits)
    {
        if (limits.MemoryBytes is { } memory) yield return string.Create(CultureInfo.InvariantCulture, $"--memory={memory}b");
        if (limits.CpuMillis is { } cpu) yield return string.Create(CultureInfo.InvariantCulture, $"--cpus={cpu / 1000m}");
        if (limits.CpuRequestMillis > 0) yield return string.Create(CultureInfo.InvariantCulture, $"--cpu-shares={Math.Max(2, limits.CpuRequestMillis * 1024 / 1000)}");
    }
}
