namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>A control group of its own with a CPU quota, as a container with a CPU limit has one; cgroup v1 or v2.</summary>
internal sealed class CpuQuotaGroup : IDisposable
{
    private const int PeriodMicroseconds = 100_000;

    private readonly string _directory;

    private CpuQuotaGroup(string directory) => _directory = directory;

    /// <summary>A process joins by writing its id here.</summary>
    public string ProcessesFile => Path.Combine(_directory, "cgroup.procs");

    /// <summary>Makes one; null, and why, where this process may not.</summary>
    public static CpuQuotaGroup? TryMake(int quotaMicroseconds, out string why)
    {
        why = "";
        bool isV1 = Directory.Exists("/sys/fs/cgroup/cpu");
        string directory = Path.Combine(isV1 ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup", $"kafkamesh-test-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(directory);
            var group = new CpuQuotaGroup(directory);
            if (isV1)
            {
                File.WriteAllText(Path.Combine(directory, "cpu.cfs_period_us"), $"{PeriodMicroseconds}");
                File.WriteAllText(Path.Combine(directory, "cpu.cfs_quota_us"), $"{quotaMicroseconds}");
            }
            else
            {
                File.WriteAllText(Path.Combine(directory, "cpu.max"), $"{quotaMicroseconds} {PeriodMicroseconds}");
            }

            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"no control group with a CPU quota can be made here: {e.Message}";
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }

            return null;
        }
    }

    /// <summary>Removes it once its processes are gone.</summary>
    public void Dispose() => SpinWait.SpinUntil(
        () =>
        {
            try
            {
                Directory.Delete(_directory);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(5));
}
