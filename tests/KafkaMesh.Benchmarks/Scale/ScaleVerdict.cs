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

    /// <summary>All goals.</summary>
    public static IReadOnlyList<ScaleVerdict> All(IReadOnlyList<ScaleCycle> cycles, int exact, int sidecars, int monitors, TimeSpan interval)
    {
        var cpu = cycles.Max(cycle => cycle.Cpu);
        var peak = cycles.Max(cycle => cycle.Peak);
        var reports = (double)cycles.Sum(cycle => cycle.Reports) / cycles.Count;
        var status = cycles.Max(cycle => cycle.StatusWrites);
        var writes = (double)cycles.Sum(cycle => cycle.Writes) / cycles.Count;
        var mostWrites = (monitors * WritesPerMonitor) + OtherWrites;
        return
        [
            new("every sidecar is read in every cycle", Text($"{reports:n0} of {sidecars:n0} on average"), reports >= sidecars * 0.99),
            new(Text($"CPU of a cycle ≤ {s_cpu.TotalSeconds} s"), Text($"{cpu.TotalSeconds:0.00} s at most"), cpu <= s_cpu),
            new(Text($"memory ≤ {MaxResident / 1_000_000} MB"), Text($"{peak / 1_000_000} MB at most, start included"), peak <= MaxResident),
            new(Text($"API writes of a cycle ≤ {mostWrites:0}"), Text($"{writes:0} on average, {status} of statuses at most"), writes <= mostWrites && status <= monitors * 1.1),
            new("totals are exact", $"{exact} of {monitors} monitors", exact == monitors),
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Goal}: {Measured}: {(IsMet ? "met" : "missed")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
