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

    /// <summary>
    /// How many of the next bytes of a flow it will not look at; asked after each call about bytes of that flow. They may then come in
    /// <see cref="OnSkipped"/>, unseen, or all the same in <see cref="OnBytes"/>.
    /// </summary>
    int SkippableBytes(RelayFlow flow) => 0;

    /// <summary>Bytes were relayed within the kernel: as <see cref="OnBytes"/> without the bytes.</summary>
    /// <param name="flow">Which way.</param>
    /// <param name="count">How many, 1 to what <see cref="SkippableBytes"/> said last.</param>
    /// <param name="readAt">When they were taken from the sender's socket.</param>
    /// <param name="writtenAt">When they were given to the receiver's, or kept for a slow peer.</param>
    void OnSkipped(RelayFlow flow, int count, long readAt, long writtenAt)
    {
    }

    /// <summary>The sender of this flow closed its half in order.</summary>
    void OnHalfClosed(RelayFlow flow, long timestamp);

    /// <summary>The connection is gone. The last call.</summary>
    void OnClosed(RelayEnd end, long timestamp);
}
