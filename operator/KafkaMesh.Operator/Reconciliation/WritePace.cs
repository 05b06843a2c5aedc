using KafkaMesh.Kubernetes.Queueing;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Bounds what all monitors together write into the API server: figures wait for their turn, and are newer when it comes. What must not wait takes
/// its turn in advance. Safe for concurrent use.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class WritePace(TimeProvider time)
{
    /// <summary>Writes per second in the long run.</summary>
    public const double PerSecond = 50;

    /// <summary>Writes that may come at once.</summary>
    public const int Burst = 100;

    private readonly Lock _gate = new();
    private readonly TokenBucket _bucket = new(PerSecond, Burst, time);

    /// <summary>Takes a turn if there is one.</summary>
    public bool TryTake()
    {
        lock (_gate)
            return _bucket.TryTake();
    }

    /// <summary>Takes a turn, if need be one of the future.</summary>
    public void Take()
    {
        lock (_gate)
            _ = _bucket.Reserve();
    }
}
