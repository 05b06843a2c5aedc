using System.Net;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// How often callers from outside the pod are given a page: so often together, and one of them half of that, so that whoever floods it takes it from nobody
/// else. The last turns are kept for callers that were quiet, so that not even several that flood it together take it from one that comes now and then.
/// For one thread.
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

    /// <summary>How many of the turns only callers that were quiet may take.</summary>
    public const int Reserve = 5;

    /// <summary>Who did not ask for so long was quiet.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    // Pods that look at a sidecar are few. Beyond that all are taken for new ones: what they take together stays bounded.
    private const int MaxCallers = 256;

    private readonly TokenBucket _together = new(Burst, PerSecond, time);
    private readonly Dictionary<IPAddress, Caller> _callers = [];

    /// <summary>Takes one turn, if there is one.</summary>
    /// <param name="caller">Who asks; null when that is unknown.</param>
    /// <param name="wait">Else how long until there is.</param>
    public bool TryTake(IPAddress? caller, out TimeSpan wait)
    {
        Caller own = Of(caller ?? IPAddress.None);
        bool wasQuiet = own.AskedAt is not { } before || time.GetElapsedTime(before) >= Quiet;
        own.AskedAt = time.GetTimestamp();
        return own.Turns.TryTake(out wait) && _together.TryTake(out wait, wasQuiet ? 0 : Reserve);
    }

    private Caller Of(IPAddress address)
    {
        if (_callers.TryGetValue(address, out Caller? caller))
        {
            return caller;
        }

        if (_callers.Count == MaxCallers)
        {
            _callers.Clear();
        }

        return _callers[address] = new Caller(new TokenBucket(Burst / 2, PerSecond / 2, time));
    }

    private sealed class Caller(TokenBucket turns)
    {
        public TokenBucket Turns { get; } = turns;

        /// <summary>When it asked last, in vain or not; null before it asks the first time.</summary>
        public long? AskedAt { get; set; }
    }
}
