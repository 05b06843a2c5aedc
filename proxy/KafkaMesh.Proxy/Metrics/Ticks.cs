using System.Diagnostics;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Converts <see cref="Stopwatch"/> ticks.</summary>
internal static class Ticks
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly double NanosecondsPerTick = (double)NanosecondsPerSecond / Stopwatch.Frequency;

    /// <summary>Ticks to nanoseconds; exact where a tick is a nanosecond, as on Linux.</summary>
    public static long ToNanoseconds(long ticks) =>
        Stopwatch.Frequency == NanosecondsPerSecond ? ticks : (long)(ticks * NanosecondsPerTick);

    /// <summary>Nanoseconds to ticks; exact where a tick is a nanosecond.</summary>
    public static long FromNanoseconds(long nanoseconds) =>
        Stopwatch.Frequency == NanosecondsPerSecond ? nanoseconds : (long)(nanoseconds / NanosecondsPerTick);

    /// <summary>A duration in ticks.</summary>
    public static long From(TimeSpan duration) => FromNanoseconds(duration.Ticks * TimeSpan.NanosecondsPerTick);
}
