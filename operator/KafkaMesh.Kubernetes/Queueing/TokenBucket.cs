namespace KafkaMesh.Kubernetes.Queueing;

/// <summary>
/// A rate limit with a burst, for work that is done in any case: unlike the sidecar's bucket it lends tokens of the future, and keeps none back for others.
/// Not safe for concurrent use.
/// </summary>
/// <param name="perSecond">Tokens that come back per second.</param>
/// <param name="burst">Most tokens, and how many there are at first.</param>
/// <param name="timeProvider">Clock.</param>
public sealed class TokenBucket(double perSecond, int burst, TimeProvider timeProvider)
{
    private double _tokens = burst;
    private long _filledAt = timeProvider.GetTimestamp();

    /// <summary>Takes a token, if need be one of the future, and says how long to wait for it.</summary>
    public TimeSpan Reserve()
    {
        Fill();
        _tokens--;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }

    /// <summary>Takes a token if there is one.</summary>
    public bool TryTake()
    {
        Fill();
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    private void Fill()
    {
        var now = timeProvider.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (timeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
    }
}
