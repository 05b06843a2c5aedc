namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>Waits for what another task is about to bring about.</summary>
internal static class Eventually
{
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Waits for a condition that announces nothing, looking every few milliseconds; fails after the deadline.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(condition, () => what);

    /// <summary>As above, with a text that is made when it is needed.</summary>
    public static async Task TrueAsync(Func<bool> condition, Func<string> what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"After {Deadline.TotalSeconds} s still not true: {what()}");
            }
        }
    }
}
