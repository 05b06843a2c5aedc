namespace KafkaMesh.Benchmarks.Relay;

/// <summary>What is measured.</summary>
internal enum Figure
{
    /// <summary>Median time from request to response, µs.</summary>
    P50,

    /// <summary>99th percentile of it, µs.</summary>
    P99,

    /// <summary>Requests per second.</summary>
    Rate,

    /// <summary>CPU time of the relay per request, µs.</summary>
    CpuPerRequest,

    /// <summary>Bytes of frames both ways, MB/s.</summary>
    Throughput,

    /// <summary>CPU time of the relay per GiB of frames, s.</summary>
    CpuPerGiB,

    /// <summary>Resident memory without connections, MiB.</summary>
    IdleMemory,

    /// <summary>Growth of it per idle connection, KiB.</summary>
    MemoryPerConnection,

    /// <summary>Resident memory with many active connections, MiB.</summary>
    ActiveMemory,

    /// <summary>From the start of the program to the first answered request, ms.</summary>
    Start,

    /// <summary>Messages per second of a real client.</summary>
    Messages,

    /// <summary>CPU time of the relay per message of a real client, µs.</summary>
    CpuPerMessage,
}
