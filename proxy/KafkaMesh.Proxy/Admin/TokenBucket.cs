namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// Lets so many pass at once, and so many per second for ever: unlike the operator's bucket it lends nothing, refuses instead and tells how long, and can
/// keep the last ones back for others. For one thread.
/// </summary>
internal sealed class TokenBucket
{
    private readonly int _burst;
    private readonly double _perSecond;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _filledAt;

    /// <summary>A full one.</summary>
    /// <param name="burst">How many may pass at once, at least 1.</param>
    /// <param name="perSecond">How many come back in a second, more than 0.</param>
    /// <param name="time">Its timestamps are looked at.</param>
    public TokenBucket(int burst, double perSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        _burst = burst;
        _perSecond = perSecond;
        _time = time;
        _tokens = burst;
        _filledAt = time.GetTimestamp();
    }

    /// <summary>Takes one, if there is one.</summary>
    /// <param name="wait">Else how long until there is.</param>
    /// <param name="spare">How many are left for others: none of the last ones is taken.</param>
    public bool TryTake(out TimeSpan wait, int spare = 0)
    {
        long now = _time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + (_time.GetElapsedTime(_filledAt, now).TotalSeconds * _perSecond));
        _filledAt = now;
        if (_tokens < 1 + spare)
        {
            wait = TimeSpan.FromSeconds((1 + spare - _tokens) / _perSecond);
            return false;
        }

        _tokens--;
        wait = TimeSpan.Zero;
        return true;
    }
}
