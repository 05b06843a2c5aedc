using System.Collections;
using System.Runtime.InteropServices;

namespace KafkaMesh.Playground.Network;

/// <summary>Runs the playground without root: as user 0 of a user namespace of its own, in which the user's subordinate ids are the users of pods. Control groups
/// are not available there; the network of the machine stays as it is, so that its API server and published Services are reached on 127.0.0.1.</summary>
internal static class UserNamespace
{
    private const string Unshare = "/usr/bin/unshare";
    private static readonly string[] Map = ["--user", "--map-root-user", "--map-auto", "--mount"];

    /// <summary>Whether this process runs in such a namespace: user ids are mapped instead of being the machine's.</summary>
    public static bool IsInside { get; } = !File.ReadAllText("/proc/self/uid_map").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .SequenceEqual(["0", "0", "4294967295"]);

    /// <summary>Replaces this process, when it is not root, by the same program as root of a new user namespace; returns only for root.</summary>
    /// <exception cref="HostCommandException">The kernel or the user's settings do not allow it; the message says what is needed.</exception>
    public static async Task EnterAsync(IReadOnlyList<string> arguments)
    {
        if (LinuxCalls.EffectiveUser() == 0) return;
        await RequireAsync();
        // /run is the place of its namespaces and state, as for root; the other one is not its to write.
        string[] command = [Unshare, .. Map, "--", "/bin/sh", "-c", "mount -t tmpfs -o mode=0755 run /run && mkdir /run/netns && exec \"$@\"", "sh",
            Path.Combine(AppContext.BaseDirectory, "kafkamesh-playground"), .. arguments];
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(e => (string)e.Key != "PATH").Select(e => $"{e.Key}={e.Value}")
            .Append("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        LinuxCalls.Execute(Unshare, CStrings(command), CStrings(environment));
        throw new HostCommandException($"{Unshare} could not be executed: {LinuxCalls.LastError()}");
    }

    private static async Task RequireAsync()
    {
        try
        {
            await HostCommand.RunAsync(Unshare, ["--user", "--map-root-user", "--mount", "true"]);
        }
        catch (HostCommandException e)
        {
            throw new HostCommandException($"The playground needs root, or a kernel that lets every user make user namespaces, which this one does not: run it as root. ({e.Message})", e);
        }
        try
        {
            await HostCommand.RunAsync(Unshare, [.. Map, "true"]);
        }
        catch (HostCommandException e)
        {
            throw new HostCommandException(
                "The playground needs root, or subordinate user and group ids for the users of pods: run it as root, or once as root "
                + $"`apt-get install uidmap && usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)`. ({e.Message})", e);
        }
    }

    private static nint[] CStrings(IEnumerable<string> values) => [.. values.Select(Marshal.StringToCoTaskMemUTF8), 0];
}
