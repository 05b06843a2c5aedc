using System.Globalization;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>A goal and whether it was met.</summary>
/// <param name="Goal">The goal, in words.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="IsMet">Whether it was met.</param>
internal sealed record ScaleVerdict(string Goal, string Measured, bool IsMet)
{
    private static readonly TimeSpan s_cpu = TimeSpan.FromSeconds(10);
    private const long MaxResident = 300_000_000;

    // A status per monitor, a quarter of the ledgers, the lease, and a few for what else goes on.
    private const double WritesPerMonitor = 1.25;
    private const int OtherWrites = 20;

    /// <summary>All goals. The first cycle spreads the collections over the interval: in it some sidecars are read twice.</summary>
    /// <param name="cycles">What was measured.</param>
    /// <param name="exact">Monitors with exact totals.</param>
    /// <param name="sidecars">How many sidecars.</param>
    /// <param name="monitors">How many monitors.</param>
    /// <param name="interval">Length of a cycle.</param>
    /// <param name="history">Bytes that the dashboard's history takes once it is an hour long.</param>
    public static IReadOnlyList<ScaleVerdict> All(IReadOnlyList<ScaleCycle> cycles, int exact, int sidecars, int monitors, TimeSpan interval, long history)
    {
        var settled = cycles.Skip(1).ToList();
        var cpu = cycles.Max(cycle => cycle.Cpu);
        var peak = cycles.Max(cycle => cycle.Peak);
        var resident = cycles.Max(cycle => cycle.Resident);
        var reports = settled.Average(cycle => cycle.Reports);
        var status = settled.Max(cycle => cycle.StatusWrites);
        var writes = settled.Average(cycle => cycle.Writes);
        var mostWrites = (monitors * WritesPerMonitor) + OtherWrites;
        return
        [
            new("every sidecar is read in every cycle", Text($"{reports:n0} of {sidecars:n0} on average"), reports >= sidecars * 0.98),
            new(Text($"CPU of a cycle ≤ {s_cpu.TotalSeconds} s of one core, interval {interval.TotalSeconds} s"), Text($"{cpu.TotalSeconds:0.00} s at most"), cpu <= s_cpu),
            new(Text($"memory ≤ {MaxResident / 1_000_000} MB"), Text($"{resident / 1_000_000} MB at most after a cycle"), resident <= MaxResident),
            new(Text($"memory ≤ {MaxResident / 1_000_000} MB at any time"), Text($"{peak / 1_000_000} MB at most, start included"), peak <= MaxResident),
            new(
                Text($"memory ≤ {MaxResident / 1_000_000} MB with the dashboard's hour"),
                Text($"{(peak + history) / 1_000_000} MB at most, {history / 1e6:0.0} MB of it the hour of {monitors} monitors"),
                peak + history <= MaxResident),
            new(Text($"API writes of a cycle ≤ {mostWrites:0}, one status a monitor"), Text($"{writes:0} on average, {status} of statuses at most"), writes <= mostWrites && status <= monitors * 1.1),
            new("totals are exact", $"{exact} of {monitors} monitors", exact == monitors),
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Goal}: {Measured}: {(IsMet ? "met" : "missed")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
