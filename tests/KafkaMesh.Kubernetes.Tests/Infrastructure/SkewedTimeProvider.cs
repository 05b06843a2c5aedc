namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>A machine of its own: time passes as on the others, but its wall clock is wrong, and changes how wrong it is.</summary>
/// <param name="shared">The time that passes.</param>
internal sealed class SkewedTimeProvider(TimeProvider shared) : TimeProvider
{
    public TimeSpan Error { get; set; }

    /// <summary>How long the machine was suspended: its monotonic clock knows, its timers are not due yet.</summary>
    public TimeSpan Suspended { get; set; }

    public override long TimestampFrequency => shared.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shared.GetUtcNow() + Error;

    public override long GetTimestamp() => shared.GetTimestamp() + (long)(Suspended.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        shared.CreateTimer(callback, state, dueTime, period);
}
