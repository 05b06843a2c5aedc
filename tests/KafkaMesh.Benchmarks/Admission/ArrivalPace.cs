using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>
/// When each question of a run at a fixed rate is due. It waits with the kernel's own clock: .NET's timers are late by 2 ms in the middle and 4 ms
/// at times, and let several questions go at once that would have come one by one.
/// </summary>
/// <param name="perSecond">The rate.</param>
internal sealed class ArrivalPace(int perSecond)
{
    private const int Monotonic = 1;
    private const int Absolute = 1;

    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The time at which a question is due.</summary>
    public long Due(int index) => _start + (Stopwatch.Frequency * index / perSecond);

    /// <summary>Blocks until a question is due; returns at once when that is over.</summary>
    public unsafe void WaitFor(int index)
    {
        var due = Due(index);
        var time = stackalloc long[] { due / Stopwatch.Frequency, due % Stopwatch.Frequency }; // Both clocks are the same, in nanoseconds.
        while (Stopwatch.GetTimestamp() < due)
            _ = Sleep(Monotonic, Absolute, time, null);
    }

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    private static extern unsafe int Sleep(int clock, int flags, long* time, long* rest);
}
