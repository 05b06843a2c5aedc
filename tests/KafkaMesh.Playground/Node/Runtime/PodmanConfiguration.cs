using System.Globalization;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Podman's configuration for one instance: every file, store and lock lies in the instance's own directory, and what the machine's
/// <c>/etc/containers</c> says is neither read nor changed.</summary>
internal static class PodmanConfiguration
{
    /// <summary>The profile that podman's own package installs; named so that a profile of the machine's administrator does not take its place.</summary>
    public const string SeccompProfile = "/usr/share/containers/seccomp.json";

    private const long MostOpenFiles = 1 << 20;

    /// <summary>Writes the files into <paramref name="directory"/> and returns the command that every call of podman begins with.</summary>
    public static async Task<string[]> WriteAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "hooks", "networks" }) Directory.CreateDirectory($"{directory}/{name}");
        await File.WriteAllTextAsync(directory + "/mounts.conf", "", cancellationToken);
        await File.WriteAllTextAsync(directory + "/containers.conf", Engine(directory), cancellationToken);
        await File.WriteAllTextAsync(directory + "/storage.conf", Storage(directory), cancellationToken);
        return
        [
            "env", $"CONTAINERS_CONF={directory}/containers.conf", $"CONTAINERS_STORAGE_CONF={directory}/storage.conf",
            "podman", "--root", directory + "/storage", "--runroot", directory + "/run", "--tmpdir", directory + "/tmp", "--storage-driver", "overlay",
            "--runtime-flag", $"root={directory}/runc",
        ];
    }

    /// <summary>Limits: podman asks for more than a machine without CAP_SYS_RESOURCE grants, so they are this process's own (and at most as many processes as the
    /// kernel numbers, to which podman lowers itself). cgroupfs: there may be no systemd.</summary>
    private static string Engine(string directory)
    {
        var files = Math.Min(HardLimit("Max open files"), MostOpenFiles);
        var processes = Math.Min(HardLimit("Max processes"), long.Parse(File.ReadAllText("/proc/sys/kernel/pid_max"), CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"""
            [containers]
            default_ulimits=["nofile={files}:{files}","nproc={processes}:{processes}"]
            default_mounts_file="{directory}/mounts.conf"
            [engine]
            runtime="runc"
            cgroup_manager="cgroupfs"
            events_logger="none"
            lock_type="file"
            hooks_dir=["{directory}/hooks"]
            [network]
            network_backend="netavark"
            network_config_dir="{directory}/networks"

            """);
    }

    private static string Storage(string directory) => $"""
        [storage]
        driver="overlay"
        graphroot="{directory}/storage"
        runroot="{directory}/run"

        """;

    /// <summary>A line of /proc/PID/limits: name, soft limit, hard limit, unit.</summary>
    private static long HardLimit(string name)
    {
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(name, StringComparison.Ordinal));
        var hard = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return hard == "unlimited" ? long.MaxValue : long.Parse(hard, CultureInfo.InvariantCulture);
    }
}
