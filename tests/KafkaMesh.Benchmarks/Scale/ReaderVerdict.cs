using System.Globalization;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>What open pages may cost beside the collection.</summary>
internal static class ReaderVerdict
{
    // Half a core for 25 pages; three quarters of the limit that the Deployment sets (config/manager/deployment.yaml): the rest is for the webhook.
    private const double MaxCores = 0.5;
    private const long MaxResident = 384L << 20;

    /// <summary>All goals.</summary>
    /// <param name="alone">Cycles without anybody who looks.</param>
    /// <param name="watched">Cycles with the pages open.</param>
    public static IReadOnlyList<ScaleVerdict> All(IReadOnlyList<ScaleCycle> alone, IReadOnlyList<ScaleCycle> watched)
    {
        var added = Cores(watched) - Cores(alone.Skip(1));
        var (before, peak) = (alone.Max(cycle => cycle.Resident), watched.Max(cycle => cycle.Peak));
        var pages = Text($"{DashboardReaders.Overviews} overviews and {DashboardReaders.MonitorPages} monitor pages");
        return
        [
            new(Text($"{pages} add ≤ {MaxCores} of one core"), Text($"{added:0.00} on average, to {Cores(alone.Skip(1)):0.00} without them"), added <= MaxCores),
            new(
                Text($"memory with {pages} ≤ {MaxResident >> 20} MiB, three quarters of the Deployment's limit"),
                Text($"{peak >> 20} MiB at most, {(watched.Max(cycle => cycle.Resident) - before) >> 20} MiB more after a cycle than without them"),
                peak <= MaxResident),
        ];
    }

    private static double Cores(IEnumerable<ScaleCycle> cycles) => cycles.Average(cycle => cycle.Cpu / cycle.Wall);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
