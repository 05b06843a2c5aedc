using System.Globalization;
using Serilog;

namespace KafkaMesh.Playground.Network;

/// <summary>Removes what an instance leaves on the machine, and at every start what instances of killed processes left: processes, mounts, control groups,
/// namespaces, state.</summary>
internal static class StaleInstances
{
    private const int Kill = 9;
    private const int DetachUnmount = 2;

    /// <summary>Removes the remains of every instance whose process is gone.</summary>
    public static async Task SweepAsync()
    {
        foreach (var instance in PlaygroundInstance.FindStale())
        {
            Log.Information("Removing what a playground that was killed left behind: {Instance}", instance.Name);
            await RemoveAsync(instance);
        }
    }

    /// <summary>Removes everything that carries the instance's name; what is gone already is no error.</summary>
    public static async Task RemoveAsync(PlaygroundInstance instance)
    {
        KillProcesses(instance);
        foreach (var mount in MountsBelow(instance.StateDirectory))
        {
            if (LinuxCalls.Unmount(mount, DetachUnmount) != 0) Log.Warning("{Mount} could not be unmounted: {Error}", mount, LinuxCalls.LastError());
        }
        foreach (var path in Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns", instance.Name + "-*") : [])
        {
            await new NetworkNamespace(Path.GetFileName(path)).DeleteAsync();
        }
        RemoveControlGroups(instance);
        if (Directory.Exists(instance.StateDirectory)) Directory.Delete(instance.StateDirectory, recursive: true);
    }

    /// <summary>Kills what still runs in the instance's control groups or network namespaces.</summary>
    private static void KillProcesses(PlaygroundInstance instance)
    {
        foreach (var pid in ControlGroups(instance).SelectMany(group => ReadNumbers(Path.Combine(group, "cgroup.procs"))).Distinct())
        {
            _ = LinuxCalls.Kill(pid, Kill); // Gone in between is what was wanted.
        }
    }

    /// <summary>Deepest first, as removal needs it.</summary>
    private static IEnumerable<string> ControlGroups(PlaygroundInstance instance) => PlaygroundInstance.ControlGroupTrees()
        .Select(root => Path.Combine(root, instance.Name)).Where(Directory.Exists)
        .SelectMany(top => Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories).Append(top))
        .OrderByDescending(path => path.Count(c => c == '/')).ToList();

    private static void RemoveControlGroups(PlaygroundInstance instance)
    {
        foreach (var group in ControlGroups(instance))
        {
            ControlGroupDirectory.Remove(group);
        }
    }

    private static IEnumerable<int> ReadNumbers(string path)
    {
        try
        {
            return [.. File.ReadAllLines(path).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Where(pid => pid > 1)];
        }
        catch (IOException)
        {
            return []; // The group was removed in between.
        }
    }

    private static List<string> MountsBelow(string directory) => [.. File.ReadAllLines("/proc/self/mountinfo")
        .Select(line => line.Split(' ')[4]).Where(target => target.StartsWith(directory + "/", StringComparison.Ordinal))
        .OrderByDescending(target => target.Length)];
}
