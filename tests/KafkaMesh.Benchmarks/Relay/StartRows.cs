using System.Globalization;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>Time from the start of a relay's program until a first request through it was answered.</summary>
internal static class StartRows
{
    /// <summary>Measures the row; one unrecorded round first, so that every program's file is in the page cache.</summary>
    public static Row Measure(BenchOptions options, int brokerPort, string directory)
    {
        var row = new Row("start to first relayed byte", [Goal.AtMost(Figure.Start, 1.5)]);
        for (int round = 0; round <= options.Rounds; round++)
        {
            var figures = new Dictionary<(RelayKind, Figure), double>();
            foreach (RelayKind kind in RelayProgram.InTurn(round).Where(kind => kind != RelayKind.Direct))
            {
                RelayProgram program = RelayProgram.Make(kind, brokerPort, options.Sidecar, directory);
                using BenchProcess starter = BenchProcess.Start([options.Load, "start", $"{program.Port}", .. program.Command]);
                figures[(kind, Figure.Start)] = long.Parse(starter.ReadLine(), CultureInfo.InvariantCulture) / 1e6;
            }

            if (round > 0)
            {
                row.Add(figures);
            }
        }

        return row;
    }
}
