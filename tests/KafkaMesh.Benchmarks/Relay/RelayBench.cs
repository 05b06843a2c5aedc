using System.Globalization;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>The sidecar beside HAProxy, nginx and no relay at all, under real Kafka traffic: <c>make bench</c>.</summary>
internal static class RelayBench
{
    /// <summary>Runs it and prints the tables; 1 when something failed, the sidecar's counters included.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string directory = Directory.CreateTempSubdirectory("kafkamesh-bench-").FullName;
        try
        {
            var options = BenchOptions.Parse(arguments);
            List<Row> rows = Measure(options, directory);
            RatioReport.Print(rows, options, Console.Out);
            return 0;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"bench: {e.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<Row> Measure(BenchOptions options, string directory)
    {
        using BenchProcess broker = BenchProcess.Start([options.Broker]);
        int port = int.Parse(broker.ReadLine().AsSpan("port ".Length), CultureInfo.InvariantCulture);
        List<Row> rows = [];
        IEnumerable<Workload> workloads = Workload.All.Where(workload => IsWanted(workload.Name));
        if (workloads.Any())
        {
            using var traffic = new TrafficRows(options, broker, port, directory);
            foreach (Workload workload in workloads)
            {
                Add(traffic.Measure(workload));
            }
        }

        if (IsWanted("memory"))
        {
            Add(MemoryRows.Measure(options, broker, port, directory));
        }

        if (IsWanted("start"))
        {
            Add(StartRows.Measure(options, port, directory));
        }

        if (IsWanted("librdkafka"))
        {
            foreach (Row row in RealClientRows.Measure(options, directory))
            {
                Add(row);
            }
        }

        return rows;

        bool IsWanted(string name) => name.Contains(options.Only, StringComparison.OrdinalIgnoreCase);

        void Add(Row row)
        {
            Console.Error.WriteLine($"bench: {row.Name}: {row.Rounds} rounds, {row.Discarded} discarded");
            rows.Add(row);
        }
    }
}
