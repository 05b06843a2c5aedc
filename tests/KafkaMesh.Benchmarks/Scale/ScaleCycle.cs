using System.Diagnostics;
using System.Globalization;
using KafkaMesh.Benchmarks.Relay;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>What happened within one interval.</summary>
/// <param name="Wall">Its length.</param>
/// <param name="Reports">Reports that were read.</param>
/// <param name="Cpu">CPU time of the operator.</param>
/// <param name="Resident">Its memory at the end, bytes.</param>
/// <param name="Peak">The most it ever had, bytes.</param>
/// <param name="Requests">Its requests to the API server by verb and resource.</param>
internal sealed record ScaleCycle(TimeSpan Wall, long Reports, TimeSpan Cpu, long Resident, long Peak, IReadOnlyDictionary<string, long> Requests)
{
    private const string Status = "patch kafkamonitors/status";
    private const string Ledger = "patch configmaps";
    private static readonly string[] s_writes = ["create", "update", "patch", "delete"];

    /// <summary>Status writes.</summary>
    public long StatusWrites => Requests.GetValueOrDefault(Status);

    /// <summary>All writes: statuses, ledgers, the lease and everything else.</summary>
    public long Writes => Requests.Where(request => s_writes.Contains(request.Key.Split(' ')[0])).Sum(request => request.Value);

    /// <summary>Waits for one interval.</summary>
    public static async Task<ScaleCycle> MeasureAsync(BenchProcess program, SidecarFleet fleet, RequestCounter counter, TimeSpan interval)
    {
        var (start, cpu, reads, requests) = (Stopwatch.GetTimestamp(), program.CpuNanoseconds, fleet.Reads, counter.Snapshot());
        await Task.Delay(interval);
        var made = counter.Snapshot().Select(now => KeyValuePair.Create(now.Key, now.Value - requests.GetValueOrDefault(now.Key))).Where(now => now.Value > 0);
        return new ScaleCycle(
            Stopwatch.GetElapsedTime(start),
            fleet.Reads - reads,
            TimeSpan.FromMilliseconds((program.CpuNanoseconds - cpu) / 1e6),
            program.ResidentBytes,
            program.PeakResidentBytes,
            new Dictionary<string, long>(made, StringComparer.Ordinal));
    }

    /// <summary>The cells of its line.</summary>
    public override string ToString()
    {
        var others = Requests.Where(request => request.Key is not (Status or Ledger)).OrderBy(request => request.Key, StringComparer.Ordinal).Select(request => $"{request.Value} {request.Key}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Wall.TotalSeconds:0.0} s | {Reports:n0} | {Cpu.TotalSeconds:0.00} s | {Resident >> 20:n0} MiB | {Peak >> 20:n0} MiB | {StatusWrites} | {Requests.GetValueOrDefault(Ledger)} | {string.Join(", ", others)}");
    }
}
