using System.Globalization;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Control groups of the instance's containers: v2 or v1, whichever is mounted and writable. Without, limits are not enforced, and
/// <see cref="Description"/> says so.</summary>
internal sealed class ControlGroups
{
    private const int CpuPeriodMicroseconds = 100_000;
    private readonly string instance;
    private readonly bool isV2;
    private readonly IReadOnlyList<string> roots;

    public ControlGroups(string instance)
    {
        this.instance = instance;
        var mounted = PlaygroundInstance.ControlGroupRoots();
        isV2 = mounted is ["/sys/fs/cgroup"];
        roots = [.. mounted.Where(TryPrepare)];
        Description = roots.Count == 0
            ? "no control group is writable: CPU and memory limits are not enforced"
            : $"control groups {(isV2 ? "v2" : "v1 (" + string.Join(", ", roots.Select(Path.GetFileName)) + ")")}";
    }

    /// <summary>How limits are enforced, for people.</summary>
    public string Description { get; }

    /// <summary>Makes the groups of one container with its limits and returns the files that a process writes itself into.</summary>
    public IReadOnlyList<string> Create(string container, ContainerLimits limits)
    {
        var files = new List<string>();
        foreach (var directory in Directories(container))
        {
            Directory.CreateDirectory(directory);
            if (limits.MemoryBytes is { } memory) WriteIfPresent(directory, isV2 ? "memory.max" : "memory.limit_in_bytes", memory);
            if (limits.CpuMillis is { } cpu) WriteCpuQuota(directory, cpu * CpuPeriodMicroseconds / 1000);
            if (!isV2) WriteIfPresent(directory, "cpu.shares", Math.Max(2, limits.CpuRequestMillis * 1024 / 1000));
            else WriteIfPresent(directory, "cpu.weight", Math.Clamp(limits.CpuRequestMillis * 100 / 1000, 1, 10_000));
            files.Add(directory + "/cgroup.procs");
        }
        return files;
    }

    /// <summary>The files that a process writes itself into to join an existing container.</summary>
    public IReadOnlyList<string> Join(string container) => [.. Directories(container).Where(Directory.Exists).Select(directory => directory + "/cgroup.procs")];

    /// <summary>Whether the kernel killed a process of the container for want of memory.</summary>
    public bool WasOutOfMemory(string container) => Directories(container)
        .SelectMany(directory => new[] { directory + "/memory.events", directory + "/memory.oom_control" }).Where(File.Exists)
        .SelectMany(File.ReadAllLines)
        .Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));

    /// <summary>Removes a container's groups after its last process ended.</summary>
    public void Remove(string container)
    {
        foreach (var directory in Directories(container)) ControlGroupDirectory.Remove(directory);
    }

    private IEnumerable<string> Directories(string container) => roots.Select(root => $"{root}/{instance}/{container}");

    private bool TryPrepare(string root)
    {
        var top = $"{root}/{instance}";
        try
        {
            Directory.CreateDirectory(top);
            // v2 hands a controller down only level by level.
            if (isV2) foreach (var level in new[] { root, top }) File.WriteAllText(level + "/cgroup.subtree_control", "+memory +cpu +pids");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Serilog.Log.Debug("Control group {Path} cannot be used: {Error}", top, e.Message);
            if (Directory.Exists(top)) ControlGroupDirectory.Remove(top);
            return false;
        }
    }

    private void WriteCpuQuota(string directory, long quota)
    {
        if (isV2) File.WriteAllText(directory + "/cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota} {CpuPeriodMicroseconds}"));
        else WriteIfPresent(directory, "cpu.cfs_quota_us", Math.Max(1000, quota));
    }

    private static void WriteIfPresent(string directory, string file, long value)
    {
        var path = $"{directory}/{file}";
        if (File.Exists(path)) File.WriteAllText(path, value.ToString(CultureInfo.InvariantCulture));
    }
}
