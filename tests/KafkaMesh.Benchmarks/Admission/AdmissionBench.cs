using System.Diagnostics;
using System.Globalization;
using KafkaMesh.Benchmarks.Relay;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>
/// What an admission costs with 1,000 monitors: the operator as it ships, in a process of its own, asked over TLS and HTTP/1.1 as an API
/// server asks. Two clocks. The operator's own runs from the last byte of a question to the last byte of its answer
/// (<c>admission_duration_seconds</c>). The caller's has the round trip too, and the wait for a CPU. Caller and
/// operator have half of this machine's CPUs each. At a fixed rate that wait is short; of 1,000 at once the last cannot be answered before
/// the operator's CPUs have done the work for all, which is the floor.
/// </summary>
internal static class AdmissionBench
{
    private const int Monitors = 1000;
    private const int AtOnce = 1000;
    private const int Bursts = 10;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_goal = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs every row and prints the table.</summary>
    /// <param name="path">The operator.</param>
    /// <param name="output">Receives the table.</param>
    /// <returns>0, or 1 when an admission failed or the goal was missed on the operator's clock.</returns>
    public static async Task<int> RunAsync(string path, TextWriter output)
    {
        var cpus = CpuHalves.OfThisProcess();
        BenchProcess.Bind(Environment.ProcessId, cpus.Caller);
        await output.WriteLineAsync("| monitors | arrivals | answered/s | caller p50 | caller p99 | p99 since due | inside p50 | inside p99 | operator's CPU each | last answered | floor | ratio | others |");
        await output.WriteLineAsync("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        var rows = new List<AdmissionRow>();
        foreach (var namespaces in (int[])[300, 1])
        {
            await using var subject = await AdmissionSubject.StartAsync(path, cpus.Subject, Monitors, namespaces);
            using var load = new AdmissionLoad(subject, Monitors, namespaces);
            await load.AtRateAsync(500, s_duration);
            await load.BurstAsync(AtOnce); // Opens the connections.
            await subject.WarmUpAsync(() => load.AtRateAsync(500, TimeSpan.FromSeconds(1)));
            await subject.SettleAsync();
            foreach (var rate in (int[])[200, 1000])
                rows.Add(await AdmissionRow.MeasureAsync(subject, cpus.SubjectCount, string.Create(CultureInfo.InvariantCulture, $"{rate:n0}/s"), async () => [await load.AtRateAsync(rate, s_duration)]));
            rows.Add(await AdmissionRow.MeasureAsync(subject, cpus.SubjectCount, string.Create(CultureInfo.InvariantCulture, $"{AtOnce:n0} at once, {Bursts} times"), () => BurstsAsync(load)));
            foreach (var row in rows[^3..])
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {Monitors:n0} in {namespaces} namespace{(namespaces == 1 ? "" : "s")} | {row}"));
        }
        await output.WriteLineAsync($"\ncaller: from the call of the client; since due: from the time at which the schedule had it, with what the caller was late by. It collected garbage {rows.Sum(r => r.Collections)} times meanwhile.");
        await output.WriteLineAsync($"last answered: median of the bursts. floor: the operator's CPU time for {AtOnce} on the {cpus.SubjectCount} of {Environment.ProcessorCount} CPUs that it has for itself; nothing can answer the last sooner. others: cores that other programs took meanwhile, roughly, by the ticks of the kernel; a row with much of it measures them too.");
        var met = Verdict(rows, "operator's clock (last byte of the question to last byte of the answer)", r => r.InsideP99, output)
            & rows.TrueForAll(r => r.Failed == 0);
        _ = Verdict(rows.FindAll(r => !r.IsBurst), "caller's clock at fixed rates", r => r.CallerP99, output);
        _ = Verdict(rows.FindAll(r => !r.IsBurst), "fixed rates, since due", r => r.CallerP99SinceDue, output);
        foreach (var row in rows.Where(r => r.IsBurst && r.Last > s_goal))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{AtOnce} at once, caller's clock: {AdmissionRow.Milliseconds(s_goal)} for the last would take {row.Floor / s_goal * cpus.SubjectCount:0} CPUs; with {cpus.SubjectCount} it took {AdmissionRow.Milliseconds(row.Last)}, {row.Last / row.Floor:0.00} times the floor of {AdmissionRow.Milliseconds(row.Floor)}"));
        return met ? 0 : 1;
    }

    private static async Task<IReadOnlyList<AdmissionRun>> BurstsAsync(AdmissionLoad load)
    {
        var runs = new List<AdmissionRun>();
        for (var i = 0; i < Bursts; i++)
            runs.Add(await load.BurstAsync(AtOnce));
        return runs;
    }

    private static bool Verdict(List<AdmissionRow> rows, string clock, Func<AdmissionRow, TimeSpan> p99, TextWriter output)
    {
        var missed = rows.Where(r => p99(r) > s_goal).Select(r => r.Arrivals).Distinct().ToList();
        output.WriteLine($"goal p99 <= {AdmissionRow.Milliseconds(s_goal)} with {Monitors} monitors, {clock}: {(missed.Count == 0 ? "met" : "missed at " + string.Join(" and at ", missed))}; {rows.Sum(r => r.Failed)} admissions failed");
        return missed.Count == 0;
    }

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "KafkaMeshOperator.sln")))
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("run this from a checkout of the repository");
        return root;
    }

    /// <summary>Applies the shipped manifests.</summary>
    internal static async Task ApplyDefaultAsync(string kubeconfig)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, "apply", "-k", Path.Combine(Root(), "config", "default")]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var kubectl = Process.Start(start)!;
        await kubectl.StandardOutput.ReadToEndAsync();
        await kubectl.WaitForExitAsync();
        if (kubectl.ExitCode != 0)
            throw new InvalidOperationException("kubectl apply -k config/default failed");
    }

    /// <summary>Name of a namespace that holds monitors.</summary>
    internal static string Namespace(int index) => $"team-{index:d3}";
}
