namespace KafkaMesh.Proxy.Transport;

/// <summary>What the transport counts itself; written by the loops, read by any thread.</summary>
internal sealed class TransportCounters
{
    /// <summary>All reasons, by their number.</summary>
    public static readonly RefusalReason[] Reasons =
    [
        RefusalReason.Limit, RefusalReason.Descriptors, RefusalReason.NotRedirected, RefusalReason.Loop, RefusalReason.Unresolved,
    ];

    /// <summary>All errors of connecting, by their number.</summary>
    public static readonly ConnectError[] ConnectErrors = [ConnectError.Refused, ConnectError.TimedOut, ConnectError.Unreachable, ConnectError.Other];

    private readonly long[] _refused = new long[Reasons.Length];
    private readonly long[] _connectFailed = new long[ConnectErrors.Length];
    private long _observerFailures;
    private int _open;

    /// <summary>Connections accepted and not yet closed.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections whose observer threw.</summary>
    public long ObserverFailures => Volatile.Read(ref _observerFailures);

    /// <summary>Connections refused for this reason since the start.</summary>
    public long Refused(RefusalReason reason) => Volatile.Read(ref _refused[(int)reason]);

    /// <summary>Attempts to reach a broker's address that failed so since the start.</summary>
    public long ConnectFailed(ConnectError error) => Volatile.Read(ref _connectFailed[(int)error]);

    /// <summary>Counts one.</summary>
    public void CountConnectFailed(ConnectError error) => Interlocked.Increment(ref _connectFailed[(int)error]);

    /// <summary>Counts a connection that will be relayed.</summary>
    public void CountAccepted() => Interlocked.Increment(ref _open);

    /// <summary>Counts the end of one.</summary>
    public void CountClosed() => Interlocked.Decrement(ref _open);

    /// <summary>Counts a refusal and returns how many there are now.</summary>
    public long CountRefused(RefusalReason reason) => Interlocked.Increment(ref _refused[(int)reason]);

    /// <summary>Counts a failed observer and returns how many there are now.</summary>
    public long CountObserverFailure() => Interlocked.Increment(ref _observerFailures);
}
