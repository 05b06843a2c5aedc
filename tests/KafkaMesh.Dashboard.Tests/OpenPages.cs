using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using KafkaMesh.EndToEnd;
using KafkaMesh.Operator.Tests.Cluster;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>
/// What open pages cost the operator: event streams of the overview and of the monitor, read as they come, and every few seconds the answers that take the
/// most, the monitor with all its topics and the topology by pod with a thousand of them.
/// </summary>
/// <param name="alone">Cores that the operator takes without anybody who looks.</param>
/// <param name="cycles">The cycles with pages open.</param>
internal sealed partial class OpenPages(double alone, IReadOnlyList<OpenPages.Cycle> cycles)
{
    private const int Streams = 5; // of each kind
    private const int Rounds = 6;

    // Half a core for a dozen pages: the Deployment asks for 50m and is given what is free, and the other half of a small node's core is for the collection.
    private const double MaxAddedCores = 0.5;

    // From the first cycle, in which every answer has been made, to the last. The runtime takes its time to give memory back, and compiles what it runs; that
    // nothing is kept for good is what CrowdTests shows by the heap.
    private const double MaxGrowth = 1.5;

    private static readonly TimeSpan s_cycle = TimeSpan.FromSeconds(5); // the monitor's interval: a round of new figures in each

    /// <summary>What was measured, for the report.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; } = new Dictionary<string, double>
    {
        ["operator cores, nobody looks"] = Math.Round(alone, 3),
        ["operator cores, pages open"] = Math.Round(cycles.Average(c => c.Cores), 3),
        ["operator MiB after the first cycle"] = cycles[0].Resident >> 20,
        ["operator MiB after the last cycle"] = cycles[^1].Resident >> 20,
        ["operator MiB at most"] = cycles[^1].Peak >> 20,
        ["MB answered"] = Math.Round(cycles.Sum(c => c.Bytes) / 1e6, 1),
    };

    /// <summary>Memory that the shipped Deployment allows the operator, in bytes.</summary>
    public static long MemoryLimit()
    {
        var manifest = File.ReadAllText(Repository.Path("config", "manager", "deployment.yaml"));
        return long.Parse(Limit().Match(manifest).Groups["mebibytes"].ValueSpan, CultureInfo.InvariantCulture) << 20;
    }

    /// <summary>Measures without pages, then opens them.</summary>
    public static async Task<OpenPages> MeasureAsync(OperatorReplica replica, string space, CancellationToken cancellationToken)
    {
        await CycleAsync(replica, () => Task.FromResult(0L), cancellationToken); // what has just started costs more
        var alone = (await CycleAsync(replica, () => Task.FromResult(0L), cancellationToken)).Cores;
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{replica.DashboardPort}/api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var bytes = 0L;
        var reading = Enumerable.Range(0, Streams).SelectMany(_ => (string[])["events", $"events?namespace={space}&monitor=orders"]).Select(ReadAsync).ToList();
        var cycles = new List<Cycle>();
        for (var i = 0; i < Rounds; i++)
        {
            cycles.Add(await CycleAsync(replica, async () =>
            {
                foreach (var path in (string[])[$"namespaces/{space}/monitors/orders?limit=10000", "topology?by=pod&limit=1000", $"namespaces/{space}/monitors/orders/topics?limit=1000"])
                    Interlocked.Add(ref bytes, (await client.GetByteArrayAsync(path, cancellationToken)).Length);
                return Interlocked.Exchange(ref bytes, 0);
            }, cancellationToken));
        }
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        return new OpenPages(alone, cycles);

        async Task ReadAsync(string path)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                await using var stream = await client.GetStreamAsync(path, stop.Token);
                int read;
                while ((read = await stream.ReadAsync(buffer, stop.Token)) > 0)
                    Interlocked.Add(ref bytes, read);
                Assert.Fail($"{path} ended");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Nobody looks any more.
            }
        }
    }

    /// <summary>Fails when it is more than it should be.</summary>
    public void AssertBounded()
    {
        var said = string.Join(", ", Figures.Select(f => $"{f.Key} {f.Value}")) + "; after each cycle " + string.Join(", ", cycles.Select(c => $"{c.Resident >> 20}"));
        Assert.True(cycles[^1].Peak <= MemoryLimit(), said);
        Assert.True(cycles[^1].Resident <= cycles[0].Resident * MaxGrowth, said);
        Assert.True(cycles.Average(c => c.Cores) - alone <= MaxAddedCores, said);
        Assert.All(cycles, c => Assert.True(c.Bytes > 1_000_000, said));
    }

    private static async Task<Cycle> CycleAsync(OperatorReplica replica, Func<Task<long>> ask, CancellationToken cancellationToken)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), replica.CpuTime);
        var rest = Task.Delay(s_cycle, cancellationToken);
        var bytes = await ask();
        await rest;
        return new Cycle((replica.CpuTime - cpu) / Stopwatch.GetElapsedTime(start), replica.ResidentBytes, replica.PeakResidentBytes, bytes);
    }

    [GeneratedRegex(@"limits:\s+memory: (?<mebibytes>[0-9]+)Mi", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Limit();

    /// <summary>One cycle.</summary>
    /// <param name="Cores">CPU time over time.</param>
    /// <param name="Resident">Memory at its end, bytes.</param>
    /// <param name="Peak">The most memory until then, bytes.</param>
    /// <param name="Bytes">What was answered.</param>
    internal sealed record Cycle(double Cores, long Resident, long Peak, long Bytes);
}
