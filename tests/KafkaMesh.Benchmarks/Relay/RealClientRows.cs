using System.Globalization;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>
/// A real client: librdkafka's producer, then its consumer of the same messages, against its mock cluster, with each relay between them
/// and directly. Nothing is bound to a CPU: client and cluster have several threads each.
/// </summary>
internal static class RealClientRows
{
    private const int Messages = 200_000;
    private const int MessageBytes = 200;

    /// <summary>
    /// Measures the rows. The client must have delivered and consumed each message once, in order, and the sidecar must have counted
    /// exactly those records.
    /// </summary>
    public static IReadOnlyList<Row> Measure(BenchOptions options, string directory)
    {
        Row produced = Named("produced"), consumed = Named("consumed");
        for (int round = 0; round < options.Rounds; round++)
        {
            var produce = new Dictionary<(RelayKind, Figure), double>();
            var consume = new Dictionary<(RelayKind, Figure), double>();
            foreach (RelayKind kind in RelayProgram.InTurn(round))
            {
                MeasureOne(options, kind, directory, produce, consume);
            }

            produced.Add(produce);
            consumed.Add(consume);
        }

        return [produced, consumed];

        static Row Named(string what) => new($"librdkafka, {Messages} messages of {MessageBytes} bytes, {what}", []);
    }

    private static void MeasureOne(
        BenchOptions options,
        RelayKind kind,
        string directory,
        Dictionary<(RelayKind, Figure), double> produce,
        Dictionary<(RelayKind, Figure), double> consume)
    {
        // A cluster of its own for each: the mock keeps what it was given.
        using BenchProcess cluster = BenchProcess.Start([options.Real, "cluster"]);
        int port = int.Parse(cluster.ReadLine(), CultureInfo.InvariantCulture);
        RelayProgram program = RelayProgram.Make(kind, port, options.Sidecar, directory);
        using BenchProcess? relay = program.Command.Count == 0 ? null : BenchProcess.Start(program.Command);
        relay?.IgnoreOutput();
        program.WaitUntilUp();
        Run("produce", produce, expectedRecords: Messages);
        Run("consume", consume, expectedRecords: 2 * Messages);

        void Run(string role, Dictionary<(RelayKind, Figure), double> figures, long expectedRecords)
        {
            long before = relay?.CpuNanoseconds ?? 0;
            using BenchProcess client = BenchProcess.Start([options.Real, role, $"{port}", $"{program.Port}", $"{Messages}", $"{MessageBytes}"]);
            double seconds = long.Parse(client.ReadLine(), CultureInfo.InvariantCulture) / 1e9;
            figures[(kind, Figure.Messages)] = Messages / seconds;
            if (relay is not null)
            {
                figures[(kind, Figure.CpuPerMessage)] = (relay.CpuNanoseconds - before) / 1e3 / Messages;
            }

            if (kind == RelayKind.Sidecar)
            {
                // Not its failures: the mock cluster answers ApiVersions with a byte to spare, which is counted as one.
                SidecarCounters.WaitFor(program.AdminPort, counted => counted.Records == expectedRecords, $"{expectedRecords} records, which librdkafka has {role}d");
            }
        }
    }
}
