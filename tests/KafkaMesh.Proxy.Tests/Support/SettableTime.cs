namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>A clock that the test sets.</summary>
internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    private long _ahead;

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>Timestamps move by <see cref="Advance"/> only.</summary>
    public bool IsStopped { get; init; }

    /// <summary>That of the system unless it is stopped, plus all advances.</summary>
    public override long GetTimestamp() => (IsStopped ? 0 : base.GetTimestamp()) + Volatile.Read(ref _ahead);

    /// <summary>Sets both clocks forward; from any thread.</summary>
    public void Advance(TimeSpan by)
    {
        Now += by;
        Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
