using System.Globalization;

namespace KafkaMesh.Contracts.Runtime;

/// <summary>
/// What the kernel says of this process, for the metrics <c>process_…</c> that Prometheus' client libraries have in common
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
/// </summary>
/// <param name="CpuSeconds">CPU time in user and kernel mode, seconds.</param>
/// <param name="StartTime">When it began, seconds since 1970.</param>
/// <param name="ResidentBytes">Memory that it holds.</param>
/// <param name="VirtualBytes">Addresses that it has mapped, bytes.</param>
/// <param name="OpenDescriptors">File descriptors that are open.</param>
/// <param name="MaxDescriptors">How many may be; null without a limit.</param>
public sealed record ProcessFigures(double CpuSeconds, double StartTime, long ResidentBytes, long VirtualBytes, long OpenDescriptors, long? MaxDescriptors = null)
{
    // USER_HZ: the same on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Reads them.</summary>
    /// <returns>Null where there is no <c>/proc</c>.</returns>
    public static ProcessFigures? Read()
    {
        try
        {
            return Of(
                File.ReadAllText("/proc/self/stat"),
                File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal)),
                File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)),
                Directory.EnumerateFiles("/proc/self/fd").LongCount());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Makes them of what proc(5) shows.</summary>
    /// <param name="stat">All of <c>/proc/self/stat</c>.</param>
    /// <param name="bootTime">The line <c>btime</c> of <c>/proc/stat</c>.</param>
    /// <param name="limit">The line <c>Max open files</c> of <c>/proc/self/limits</c>.</param>
    /// <param name="descriptors">How many are open.</param>
    /// <exception cref="FormatException">They look different.</exception>
    internal static ProcessFigures Of(string stat, string bootTime, string limit, long descriptors)
    {
        // The second field is the program's name in parentheses, with whatever it holds.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22)
            throw new FormatException("/proc/self/stat has too few fields");
        var (user, kernel, start, size, pages) = (Number(fields[11]), Number(fields[12]), Number(fields[19]), Number(fields[20]), Number(fields[21]));
        var soft = limit["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return new ProcessFigures(
            (user + kernel) / TicksPerSecond,
            Number(bootTime["btime ".Length..]) + (start / TicksPerSecond),
            pages * Environment.SystemPageSize,
            size,
            descriptors,
            soft == "unlimited" ? null : Number(soft));
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
