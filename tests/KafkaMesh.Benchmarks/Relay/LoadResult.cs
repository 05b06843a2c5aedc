namespace KafkaMesh.Benchmarks.Relay;

/// <summary>What the load generator says of one run. Requests, responses and bytes are those of its whole life, the others of the run.</summary>
internal sealed record LoadResult(
    long Nanoseconds, long Exchanges, long Requests, long Responses, long RequestBytes, long ResponseBytes, long P50, long P99, long P999)
{
    /// <summary>Records of all batches, requested or answered.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of all batches.</summary>
    public long RecordBytes { get; init; }

    /// <summary>CPU time of the relay during the run, ns.</summary>
    public long RelayNanoseconds { get; init; }

    /// <summary>CPU time that others used meanwhile, in cores.</summary>
    public double Disturbance { get; init; }

    /// <summary>One of its figures.</summary>
    public double this[Figure figure] => figure switch
    {
        Figure.P50 => P50 / 1e3,
        Figure.P99 => P99 / 1e3,
        Figure.Rate => Exchanges * 1e9 / Nanoseconds,
        Figure.CpuPerRequest => RelayNanoseconds / 1e3 / Exchanges,
        Figure.Throughput => FrameBytes / (Nanoseconds / 1e9) / 1e6,
        Figure.CpuPerGiB => RelayNanoseconds / 1e9 / (FrameBytes / (1024.0 * 1024 * 1024)),
        _ => double.NaN,
    };

    private double FrameBytes => (double)(RequestBytes + ResponseBytes) * Exchanges / Responses;
}
