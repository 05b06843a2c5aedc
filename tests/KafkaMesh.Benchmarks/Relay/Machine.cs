using System.Globalization;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>What the machine's CPUs did, whoever made them do it.</summary>
internal static class Machine
{
    private const int Idle = 3;
    private const int IoWait = 4;
    private const int Steal = 7;
    private const long TickNanoseconds = 10_000_000; // USER_HZ is 100 on every Linux that .NET runs on.

    /// <summary>Busy time of all CPUs since boot, in ns; what the hypervisor took away is busy too. Counted in ticks of 10 ms.</summary>
    public static long BusyNanoseconds()
    {
        string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        long ticks = 0;
        for (int i = 0; i <= Steal; i++)
        {
            ticks += i is Idle or IoWait ? 0 : long.Parse(fields[i], CultureInfo.InvariantCulture);
        }

        return ticks * TickNanoseconds;
    }
}
