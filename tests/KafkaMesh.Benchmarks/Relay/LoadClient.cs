using System.Globalization;
using System.Text.Json;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>The load generator with its connections open.</summary>
internal sealed class LoadClient : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly BenchProcess _process;
    private readonly Workload _workload;
    private readonly long _recordsPerExchange;
    private readonly long _recordBytesPerExchange;

    /// <summary>Starts it on a CPU and waits until every connection has exchanged a request.</summary>
    public LoadClient(BenchOptions options, Workload workload, int port, int cpu)
    {
        _workload = workload;
        _process = BenchProcess.Start(["taskset", "-c", $"{cpu}", options.Load, .. workload.Arguments(port)]);
        string[] open = _process.ReadLine().Split(' ');
        _recordsPerExchange = long.Parse(open[2], CultureInfo.InvariantCulture) * workload.Partitions;
        _recordBytesPerExchange = long.Parse(open[3], CultureInfo.InvariantCulture) * workload.Partitions;
    }

    /// <summary>Loads the relay.</summary>
    public LoadResult Run(BenchOptions options, BenchProcess? relay, BenchProcess broker)
    {
        long busy = Machine.BusyNanoseconds();
        long own = Own(relay, broker);
        long relayBefore = relay?.CpuNanoseconds ?? 0;
        _process.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {options.Seconds}"));
        LoadResult result = JsonSerializer.Deserialize<LoadResult>(_process.ReadLine(), s_json)!;
        long relayTime = (relay?.CpuNanoseconds ?? 0) - relayBefore;
        double others = Machine.BusyNanoseconds() - busy - (Own(relay, broker) - own);
        return result with
        {
            Records = result.Responses * _recordsPerExchange,
            RecordBytes = result.Responses * _recordBytesPerExchange,
            RelayNanoseconds = relayTime,
            Disturbance = Math.Max(0, others / result.Nanoseconds),
        };
    }

    /// <summary>Resets the connections.</summary>
    public void Dispose() => _process.Dispose();

    /// <inheritdoc/>
    public override string ToString() => _workload.Name;

    private long Own(BenchProcess? relay, BenchProcess broker) => (relay?.CpuNanoseconds ?? 0) + broker.CpuNanoseconds + _process.CpuNanoseconds;
}
