namespace KafkaMesh.Proxy.Metrics;

/// <summary>Keeps long polls that waited for nothing apart from responses with data.</summary>
internal enum LatencyResult : byte
{
    /// <summary>Every API but Fetch and ShareFetch; also those whose body could not be decoded.</summary>
    All,

    /// <summary>Fetch or ShareFetch that brought record bytes or an error: what did not wait for its time to pass.</summary>
    Data,

    /// <summary>
    /// Fetch or ShareFetch that got nothing, neither record bytes nor an error: mostly one that waited in vain, but brokers also answer at once with
    /// nothing, to no wait time, no partitions, a diverging epoch, a preferred replica, a throttle.
    /// </summary>
    Empty,
}
