namespace KafkaMesh.Kubernetes.Watching;

/// <summary>Pauses between attempts: doubling with jitter, from the start again after a good while.</summary>
/// <param name="minimum">First pause.</param>
/// <param name="maximum">Longest pause.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class Backoff(TimeSpan minimum, TimeSpan maximum, TimeProvider timeProvider)
{
    // client-go's reflector forgets its failures after two minutes without one.
    private static readonly TimeSpan s_forgetAfter = TimeSpan.FromMinutes(2);

    private int _failures;
    private long _lastFailure;

    /// <summary>Pause after one more failure: the step and up to half of it on top, so that many clients do not come back together.</summary>
    public TimeSpan Next()
    {
        if (_failures > 0 && timeProvider.GetElapsedTime(_lastFailure) > s_forgetAfter)
        {
            _failures = 0;
        }

        _lastFailure = timeProvider.GetTimestamp();
        var step = Math.Min(maximum.TotalMilliseconds, minimum.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromMilliseconds(step * (1 + (Random.Shared.NextDouble() / 2)));
    }
}
