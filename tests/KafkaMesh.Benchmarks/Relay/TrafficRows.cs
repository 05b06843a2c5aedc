namespace KafkaMesh.Benchmarks.Relay;

/// <summary>The rows with Kafka traffic: all relays stay up, and each round puts every one of them under the same load in turn.</summary>
internal sealed class TrafficRows : IDisposable
{
    private const int LoadCpu = 0;

    private readonly BenchOptions _options;
    private readonly BenchProcess _broker;
    private readonly List<(RelayProgram Program, BenchProcess? Process)> _relays = [];
    private readonly int _relayCpu = Environment.ProcessorCount > 1 ? 1 : 0;

    /// <summary>Starts the relays before a broker.</summary>
    public TrafficRows(BenchOptions options, BenchProcess broker, int brokerPort, string directory)
    {
        _options = options;
        _broker = broker;
        foreach (RelayKind kind in RelayProgram.Kinds)
        {
            RelayProgram program = RelayProgram.Make(kind, brokerPort, options.Sidecar, directory);
            BenchProcess? process = program.Command.Count == 0 ? null : BenchProcess.Start(program.Command);
            process?.IgnoreOutput();
            _relays.Add((program, process));
            program.WaitUntilUp();
        }
    }

    /// <summary>One unrecorded round, then as many undisturbed ones as are asked for, within three times as many attempts.</summary>
    public Row Measure(Workload workload)
    {
        var row = new Row(workload.Name, workload.Goals);
        _broker.BindTo(LoadCpu);
        foreach ((_, BenchProcess? process) in _relays)
        {
            process?.BindTo(workload.IsOneCpu ? LoadCpu : _relayCpu);
        }

        _ = Round(workload, 0);
        for (int attempt = 0; attempt < 3 * _options.Rounds && row.Rounds < _options.Rounds; attempt++)
        {
            (Dictionary<(RelayKind, Figure), double> figures, double disturbance) = Round(workload, attempt);
            if (disturbance <= _options.Disturbance)
            {
                row.Add(figures);
            }
            else
            {
                row.Discarded++;
            }
        }

        return row;
    }

    public void Dispose()
    {
        foreach ((_, BenchProcess? process) in _relays)
        {
            process?.Dispose();
        }
    }

    private (Dictionary<(RelayKind, Figure), double> Figures, double Disturbance) Round(Workload workload, int number)
    {
        var figures = new Dictionary<(RelayKind, Figure), double>();
        double disturbance = 0;
        for (int i = 0; i < _relays.Count; i++)
        {
            // Another one begins each round: what drifts within a round falls on each alike.
            (RelayProgram program, BenchProcess? process) = _relays[(i + number) % _relays.Count];
            LoadResult result = Load(workload, program, process);
            disturbance = Math.Max(disturbance, result.Disturbance);
            foreach (Figure figure in Enum.GetValues<Figure>())
            {
                bool isCpu = figure is Figure.CpuPerRequest or Figure.CpuPerGiB;
                if (!double.IsNaN(result[figure]) && (process is not null || !isCpu))
                {
                    figures[(program.Kind, figure)] = result[figure];
                }
            }
        }

        return (figures, disturbance);
    }

    private LoadResult Load(Workload workload, RelayProgram program, BenchProcess? process)
    {
        bool isCounting = program.Kind == RelayKind.Sidecar;
        SidecarCounters? before = isCounting ? SidecarCounters.Read(program.AdminPort) : null;
        using var client = new LoadClient(_options, workload, program.Port, LoadCpu);
        LoadResult result = client.Run(_options, process, _broker);
        if (before is not null)
        {
            SidecarCounters.Check(program.AdminPort, before, result);
        }

        return result;
    }
}
