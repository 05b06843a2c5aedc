namespace KafkaMesh.Benchmarks.Relay;

/// <summary>Resident memory of relays that were just started: idle, with many idle connections, with all of them active.</summary>
internal static class MemoryRows
{
    private static readonly Workload s_many = new(
        $"memory, {BenchOptions.ManyConnections} connections", BenchOptions.ManyConnections, "produce", 0, 1, 1, false,
        Goal.AtMost(Figure.IdleMemory, 1.5), Goal.AtMost(Figure.MemoryPerConnection, 0.5), Goal.AtMost(Figure.ActiveMemory, 1.5));

    private static readonly Workload s_one = s_many with { Connections = 1 };

    /// <summary>Measures the row.</summary>
    public static Row Measure(BenchOptions options, BenchProcess broker, int brokerPort, string directory)
    {
        var row = new Row(s_many.Name, s_many.Goals);
        for (int round = 0; round < options.Rounds; round++)
        {
            var figures = new Dictionary<(RelayKind, Figure), double>();
            foreach (RelayKind kind in RelayProgram.InTurn(round).Where(kind => kind != RelayKind.Direct))
            {
                MeasureOne(options, broker, RelayProgram.Make(kind, brokerPort, options.Sidecar, directory), figures);
            }

            row.Add(figures);
        }

        return row;
    }

    private static void MeasureOne(BenchOptions options, BenchProcess broker, RelayProgram program, Dictionary<(RelayKind, Figure), double> figures)
    {
        using BenchProcess relay = BenchProcess.Start(program.Command);
        relay.IgnoreOutput();
        program.WaitUntilUp();
        new LoadClient(options, s_one, program.Port, 0).Dispose();
        double idle = relay.ResidentBytes;
        using var clients = new LoadClient(options, s_many, program.Port, 0);
        double connected = relay.ResidentBytes;
        LoadResult result = clients.Run(options, relay, broker);
        double active = relay.ResidentBytes;
        figures[(program.Kind, Figure.IdleMemory)] = idle / (1024 * 1024);
        figures[(program.Kind, Figure.MemoryPerConnection)] = (connected - idle) / BenchOptions.ManyConnections / 1024;
        figures[(program.Kind, Figure.ActiveMemory)] = active / (1024 * 1024);
        figures[(program.Kind, Figure.Rate)] = result[Figure.Rate];
    }
}
