using System.Diagnostics;
using System.Globalization;
using KafkaMesh.Benchmarks.Relay;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>
/// What one operator costs with very many sidecars: the program as it is shipped, in a process of its own, against an API server that holds the
/// pods and monitors and against sidecars that answer with moving figures. A cycle is one collection interval; CPU time and memory are the
/// kernel's account of the operator alone.
/// </summary>
internal static class ScaleBench
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private const int WatchedCycles = 3;

    /// <summary>Runs and prints a line per cycle and a verdict per goal.</summary>
    /// <param name="arguments">Path of the operator; number of sidecars, monitors and cycles.</param>
    /// <param name="output">Receives the table.</param>
    /// <returns>0, or 1 when a goal was missed.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var numbers = arguments[1..].Select(text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
        var (sidecars, monitors, cycles) = (numbers[0], numbers[1], numbers[2]);
        var history = HistoryCost.Measure(monitors, s_interval); // before anything else in this process moves
        var counter = new RequestCounter("admin");
        await using var fleet = await SidecarFleet.StartAsync(sidecars);
        await using var cluster = await ScaleCluster.StartAsync(counter, monitors, sidecars, fleet.Port);
        using var program = Start(arguments[0], cluster.KubeconfigPath, out var dashboard);
        await UntilAsync($"all {sidecars:n0} sidecars were read", () => Task.FromResult(fleet.Reads >= sidecars));

        await output.WriteLineAsync($"{sidecars:n0} sidecars in {monitors:n0} monitors, {fleet.Bytes / fleet.Reads:n0} bytes a report; a cycle is {s_interval.TotalSeconds} s");
        await output.WriteLineAsync("| cycle | wall | reports | CPU | RSS | peak RSS | status writes | ledger writes | other requests |");
        await output.WriteLineAsync("|--:|--:|--:|--:|--:|--:|--:|--:|---|");
        var measured = new List<ScaleCycle>();
        for (var i = 0; i < cycles; i++)
        {
            measured.Add(await ScaleCycle.MeasureAsync(program, fleet, counter, s_interval));
            await output.WriteLineAsync($"| {i + 1} | {measured[^1]} |");
        }
        var watched = await WatchAsync(dashboard, program, cluster, fleet, counter, output);
        fleet.IsFrozen = true;
        var exact = await IsExactAsync(cluster, fleet, monitors);
        IReadOnlyList<ScaleVerdict> verdicts = [.. ScaleVerdict.All(measured, exact, sidecars, monitors, s_interval, history), .. ReaderVerdict.All(measured, watched)];
        foreach (var verdict in verdicts)
            await output.WriteLineAsync(verdict.ToString());
        return verdicts.All(verdict => verdict.IsMet) ? 0 : 1;
    }

    // The same with the dashboard's pages open. The first cycle, in which they are opened, is a line like the others.
    private static async Task<IReadOnlyList<ScaleCycle>> WatchAsync(
        int dashboard, BenchProcess program, ScaleCluster cluster, SidecarFleet fleet, RequestCounter counter, TextWriter output)
    {
        await using var readers = DashboardReaders.Open(dashboard, cluster.Monitors);
        var watched = new List<ScaleCycle>();
        for (var i = 0; i < WatchedCycles; i++)
        {
            var (events, bytes) = (readers.Events, readers.Bytes);
            watched.Add(await ScaleCycle.MeasureAsync(program, fleet, counter, s_interval));
            await output.WriteLineAsync($"| watched {i + 1} | {watched[^1]}; {readers.Events - events:n0} events, {(readers.Bytes - bytes) / 1e6:0.0} MB to {DashboardReaders.Overviews} overviews and {DashboardReaders.MonitorPages} monitor pages |");
        }
        return watched;
    }

    // Its log goes on: what is said there is read only up to the ports.
    private static BenchProcess Start(string path, string kubeconfig, out int dashboard)
    {
        var program = BenchProcess.Start([path, "operator", "--kubeconfig", kubeconfig, "--webhook-port", "0", "--metrics-port", "0", "--dashboard-port", "0", "--shutdown-delay", "0"]);
        const string Dashboard = "dashboard on port ";
        string line;
        do
            line = program.ReadLine();
        while (!line.Contains(Dashboard, StringComparison.Ordinal));
        dashboard = int.Parse(string.Concat(line[(line.IndexOf(Dashboard, StringComparison.Ordinal) + Dashboard.Length)..].TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
        program.IgnoreOutput();
        return program;
    }

    // Once the counters stand still, every monitor's total is the sum of what its sidecars have counted.
    private static async Task<int> IsExactAsync(ScaleCluster cluster, SidecarFleet fleet, int monitors)
    {
        var exact = 0;
        try
        {
            await UntilAsync("totals are exact", async () =>
            {
                var statuses = await cluster.StatusesAsync();
                exact = Enumerable.Range(0, monitors).Count(i => statuses[i]?.ApiKeys?.Sum(api => api.Requests) == fleet.RequestsOf(cluster.PodsOf(i)));
                return exact == monitors;
            });
        }
        catch (TimeoutException)
        {
            // The verdict says how many are.
        }
        return exact;
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
                throw new TimeoutException($"after {s_patience.TotalSeconds} s still not: {what}");
            await pace.WaitForNextTickAsync();
        }
    }
}
