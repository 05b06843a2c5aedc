namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>A clock that the test sets.</summary>
internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
