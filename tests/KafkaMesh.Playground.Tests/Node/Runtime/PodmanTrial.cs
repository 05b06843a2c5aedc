using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Node.Runtime;

/// <summary>Finds out whether podman works on this machine by running one container with it, before and without the playground: what fails afterwards is the
/// playground's fault.</summary>
internal static class PodmanTrial
{
    private const string Settings = """
        [containers]
        default_ulimits=["nofile=1024:1024","nproc=1024:1024"]
        [engine]
        runtime="runc"
        cgroup_manager="cgroupfs"
        events_logger="none"
        lock_type="file"

        """;

    private static readonly Lazy<string?> Result = new(() => RunAsync().GetAwaiter().GetResult());

    /// <summary>The sentence that tells why podman does not work here, or null when it does.</summary>
    public static string? Obstacle => Result.Value;

    private static async Task<string?> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("kafkamesh-podman-").FullName;
        try
        {
            await File.WriteAllTextAsync(directory + "/containers.conf", Settings);
            await HostCommand.RunAsync("env",
            [
                $"CONTAINERS_CONF={directory}/containers.conf", "podman", "--root", directory + "/storage", "--runroot", directory + "/run", "--tmpdir", directory + "/tmp",
                "--network-config-dir", directory, "--storage-driver", "overlay", "run", "--rm", "--network", "none", "--rootfs", "/:O", "/bin/true",
            ]);
            return null;
        }
        catch (HostCommandException e)
        {
            // Without the long command itself.
            return $"podman does not run a container here: it {e.Message[Math.Max(0, e.Message.IndexOf("ended with code", StringComparison.Ordinal))..]}";
        }
        finally
        {
            // A podman that failed leaves its storage mounted.
            await HostCommand.RunAsync("sh", ["-c", "umount -R \"$1\"/storage/* 2>/dev/null; rm -rf --one-file-system \"$1\"", "sh", directory]);
        }
    }
}
