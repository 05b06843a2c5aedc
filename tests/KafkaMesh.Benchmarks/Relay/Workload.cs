namespace KafkaMesh.Benchmarks.Relay;

/// <summary>One row of the bench: what the load generator does, and where.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Connections">How many.</param>
/// <param name="Api"><c>produce</c> or <c>fetch</c>.</param>
/// <param name="Bytes">Size of a record batch; 0 makes a request of 100 bytes.</param>
/// <param name="Partitions">Of a Fetch request; each is answered with one batch.</param>
/// <param name="Window">Requests in flight per connection.</param>
/// <param name="IsOneCpu">Client, relay and broker share one CPU; else the relay has one and the others the other.</param>
/// <param name="Goals">What is asked of the sidecar.</param>
internal sealed record Workload(
    string Name, int Connections, string Api, int Bytes, int Partitions, int Window, bool IsOneCpu, params Goal[] Goals)
{
    private const int Batch = 64 * 1024;
    private const int Large = 1024 * 1024;

    /// <summary>All rows with traffic.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("100-byte requests, 1 connection, one CPU", 1, "produce", 0, 1, 1, true,
            Goal.AtMost(Figure.P50, 1.00), Goal.AtMost(Figure.CpuPerRequest, 0.95), Goal.DecodeAtMost(Figure.CpuPerRequest, 1.10)),
        new("100-byte requests, 64 connections", 64, "produce", 0, 1, 1, false,
            Goal.AtLeast(Figure.Rate, 1.00), Goal.AtMost(Figure.CpuPerRequest, 1.05), Goal.AtMost(Figure.P99, 1.5), Goal.DecodeAtMost(Figure.CpuPerRequest, 1.10)),
        new("64 KiB batches, 1 connection, one CPU", 1, "produce", Batch, 1, 16, true,
            Goal.AtLeast(Figure.Throughput, 1.3), Goal.AtMost(Figure.CpuPerGiB, 0.6)),
        new("64 KiB batches, 8 connections", 8, "produce", Batch, 1, 8, false,
            Goal.AtLeast(Figure.Throughput, 1.3), Goal.AtMost(Figure.CpuPerGiB, 0.6)),
        new("1 MiB batches, 1 connection, one CPU", 1, "produce", Large, 1, 4, true, Goal.AtMost(Figure.CpuPerGiB, 0.5)),
        new("1 MiB batches, 8 connections", 8, "produce", Large, 1, 4, false, Goal.AtMost(Figure.CpuPerGiB, 0.5)),
        new("Fetch of 8 partitions x 1 MiB, 4 connections", 4, "fetch", Large, 8, 2, false, Goal.AtMost(Figure.CpuPerGiB, 0.5)),
    ];

    /// <summary>Arguments of the load generator.</summary>
    public string[] Arguments(int port) =>
        [$"{port}", $"{Connections}", Api, $"{Bytes}", $"{Partitions}", $"{Window}"];
}
