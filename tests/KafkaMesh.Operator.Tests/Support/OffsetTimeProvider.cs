namespace KafkaMesh.Operator.Tests.Support;

/// <summary>The system's clock, put forward or back by a test: certificates are checked by others against the real one.</summary>
internal sealed class OffsetTimeProvider : TimeProvider
{
    /// <summary>How far this clock is ahead.</summary>
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;
}
