namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// Watches one connection. Called only from the loop thread that owns it, after the bytes were handed to the kernel: it
/// can neither delay nor change them. It must not throw, block or allocate per call.
/// </summary>
internal interface IRelayObserver
{
    /// <summary>Bytes were relayed. Timestamps are <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    /// <param name="flow">Which way.</param>
    /// <param name="bytes">Valid only during the call.</param>
    /// <param name="readAt">When they were read.</param>
    /// <param name="writtenAt">When they were written, or stashed for a slow peer.</param>
    void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt);

    /// <summary>The sender of this flow closed its half in order.</summary>
    void OnHalfClosed(RelayFlow flow, long timestamp);

    /// <summary>The connection is gone. The last call.</summary>
    void OnClosed(RelayEnd end, long timestamp);
}
