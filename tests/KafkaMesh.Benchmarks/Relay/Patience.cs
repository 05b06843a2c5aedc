namespace KafkaMesh.Benchmarks.Relay;

/// <summary>Waits for what another process does and no event tells.</summary>
internal static class Patience
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    /// <summary>Lets it go on for a moment; the caller looks again, within a deadline.</summary>
    public static void Pause() => Task.Delay(s_step).GetAwaiter().GetResult();
}
