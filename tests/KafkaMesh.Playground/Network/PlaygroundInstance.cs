using System.Globalization;

namespace KafkaMesh.Playground.Network;

/// <summary>One running Playground: the name that its namespaces share and the directory of its state. A name tells the process, so that what a killed
/// process left can be found and removed.</summary>
internal sealed class PlaygroundInstance
{
    private const string Prefix = "kmesh-";
    private static int instances;

    private PlaygroundInstance(string name)
    {
        Name = name;
        StateDirectory = System.IO.Path.Combine("/run", name);
    }

    /// <summary>Unique on the machine: <c>kmesh-PID-STARTTIME-N</c>.</summary>
    public string Name { get; }

    /// <summary>Pod volumes, image root file systems, launch files; short, because socket paths are limited to 107 bytes.</summary>
    public string StateDirectory { get; }

    public string NamespaceName(string part) => $"{Name}-{part}";

    /// <summary>Makes the state directory of a new instance of this process.</summary>
    public static PlaygroundInstance Create()
    {
        var number = Interlocked.Increment(ref instances);
        var instance = new PlaygroundInstance(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{StartTime(Environment.ProcessId)}-{number}"));
        Directory.CreateDirectory(instance.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return instance;
    }

    /// <summary>The instances of processes that are gone, found by their namespaces, state directories and control groups.</summary>
    public static IReadOnlyList<PlaygroundInstance> FindStale()
    {
        string[] places = ["/run", "/run/netns", .. ControlGroupTrees()];
        return [.. places.Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateFileSystemEntries(place, Prefix + "*"))
            .Select(path => InstanceName(System.IO.Path.GetFileName(path)))
            .OfType<string>().Distinct().Where(IsStale).Select(name => new PlaygroundInstance(name))];
    }

    /// <summary>The control group directories (one for each mounted v1 controller, or the single v2 tree) under which containers get groups of their own.</summary>
    public static IReadOnlyList<string> ControlGroupRoots()
    {
        const string root = "/sys/fs/cgroup";
        return File.Exists(root + "/cgroup.controllers")
            ? [root]
            : [.. new[] { "memory", "cpu", "pids" }.Select(controller => $"{root}/{controller}").Where(Directory.Exists)];
    }

    /// <summary>Every control group hierarchy: podman makes groups in all of them, also in those that limit nothing here.</summary>
    public static IReadOnlyList<string> ControlGroupTrees() => [.. ControlGroupRoots(), .. Directory.Exists("/sys/fs/cgroup") && !File.Exists("/sys/fs/cgroup/cgroup.controllers")
        ? Directory.GetDirectories("/sys/fs/cgroup").Except(ControlGroupRoots()).Where(path => new DirectoryInfo(path).LinkTarget is null) : []];

    private static string? InstanceName(string entry)
    {
        var parts = entry.Split('-');
        return parts.Length >= 4 ? string.Join('-', parts[..4]) : null;
    }

    private static bool IsStale(string name)
    {
        var parts = name.Split('-');
        return int.TryParse(parts[1], CultureInfo.InvariantCulture, out var pid) && !string.Equals(StartTime(pid), parts[2], StringComparison.Ordinal);
    }

    /// <summary>Field 22 of /proc/PID/stat (clock ticks after boot), or 0 when there is no such process: tells a process from a later one with its number.</summary>
    private static string StartTime(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "0";
        }
    }
}
