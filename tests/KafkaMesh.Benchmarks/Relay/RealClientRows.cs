using System.Globalization;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>A real client: librdkafka's producer and consumer against its mock cluster, with each relay between them and directly.</summary>
internal static class RealClientRows
{
    private const int Messages = 100_000;
    private const int MessageBytes = 200;

    /// <summary>Measures the row. The sidecar must have counted exactly the records that were delivered.</summary>
    public static Row Measure(BenchOptions options, string directory)
    {
        var row = new Row($"librdkafka, {Messages} messages of {MessageBytes} bytes, produced", []);
        for (int round = 0; round < options.Rounds; round++)
        {
            var figures = new Dictionary<(RelayKind, Figure), double>();
            foreach (RelayKind kind in RelayProgram.InTurn(round))
            {
                figures[(kind, Figure.Messages)] = MeasureOne(options, kind, directory);
            }

            row.Add(figures);
        }

        return row;
    }

    private static double MeasureOne(BenchOptions options, RelayKind kind, string directory)
    {
        // A cluster of its own for each: the mock keeps what it was given.
        using BenchProcess cluster = BenchProcess.Start([options.Real, "cluster"]);
        int port = int.Parse(cluster.ReadLine(), CultureInfo.InvariantCulture);
        RelayProgram program = RelayProgram.Make(kind, port, options.Sidecar, directory);
        using BenchProcess? relay = program.Command.Count == 0 ? null : BenchProcess.Start(program.Command);
        relay?.IgnoreOutput();
        program.WaitUntilUp();
        using BenchProcess producer = BenchProcess.Start([options.Real, "produce", $"{port}", $"{program.Port}", $"{Messages}", $"{MessageBytes}"]);
        double seconds = long.Parse(producer.ReadLine(), CultureInfo.InvariantCulture) / 1e9;
        if (kind == RelayKind.Sidecar)
        {
            CheckRecords(program);
        }

        return Messages / seconds;
    }

    private static void CheckRecords(RelayProgram program)
    {
        SidecarCounters counted = SidecarCounters.Read(program.AdminPort);
        // Not its failures: the mock cluster answers ApiVersions with a byte to spare, which is counted as one.
        if (counted.Records != Messages)
        {
            throw new InvalidOperationException($"librdkafka delivered {Messages} messages, but the sidecar counted {counted}");
        }
    }
}
