using System.Net;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// How often callers from outside the pod are given a page: so often together, and one of them half of that, so that whoever floods it takes it from nobody
/// else. For one thread.
/// </summary>
/// <param name="time">Its timestamps are looked at.</param>
internal sealed class CallerRate(TimeProvider time)
{
    /// <summary>How often at once.</summary>
    public const int Burst = 20;

    /// <summary>
    /// How often for ever: twenty Prometheus servers that scrape every 5 s. A line costs about a microsecond, and all
    /// budgets together have some 10,000: nobody takes more than a twelfth of the 500m CPU that a sidecar may use by default.
    /// </summary>
    public const int PerSecond = 4;

    // Pods that look at a sidecar are few. Beyond that all are taken for new ones: what they take together stays bounded.
    private const int MaxCallers = 256;

    private readonly TokenBucket _together = new(Burst, PerSecond, time);
    private readonly Dictionary<IPAddress, TokenBucket> _callers = [];

    /// <summary>Takes one turn, if there is one.</summary>
    /// <param name="caller">Who asks; null when that is unknown.</param>
    /// <param name="wait">Else how long until there is.</param>
    public bool TryTake(IPAddress? caller, out TimeSpan wait) => Of(caller ?? IPAddress.None).TryTake(out wait) && _together.TryTake(out wait);

    private TokenBucket Of(IPAddress caller)
    {
        if (_callers.TryGetValue(caller, out TokenBucket? bucket))
        {
            return bucket;
        }

        if (_callers.Count == MaxCallers)
        {
            _callers.Clear();
        }

        return _callers[caller] = new TokenBucket(Burst / 2, PerSecond / 2, time);
    }
}
