namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>
/// Brings requests and responses together: by pod, direction, connection and correlation id. Bounded in number and time; a request without response
/// (Produce with acks=0 has none) comes out alone.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class TapPairing(TimeProvider time)
{
    /// <summary>Requests that wait for their response at a time.</summary>
    public const int MaxWaiting = 4096;

    private const int MaxRemembered = 16 * MaxWaiting; // answered ones too, until their turn comes

    /// <summary>How long a request waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Key, Waiting> _waiting = [];
    private readonly Queue<(Key Key, Waiting Entry)> _order = new();

    /// <summary>Takes a request.</summary>
    /// <returns>Requests whose place it takes.</returns>
    public IEnumerable<TapExchange> Request(TapFrame frame)
    {
        var key = Key.Of(frame);
        var entry = new Waiting(frame, time.GetTimestamp());
        _waiting.Remove(key, out var before);
        _waiting[key] = entry;
        _order.Enqueue((key, entry));
        if (before is not null)
            yield return new TapExchange(before.Frame, null);
        while (_waiting.Count > MaxWaiting || _order.Count > MaxRemembered)
        {
            if (TakeOldest() is { } oldest)
                yield return oldest;
        }
    }

    /// <summary>Takes a response.</summary>
    public TapExchange Response(TapFrame frame) => new(_waiting.Remove(Key.Of(frame), out var request) ? request.Frame : null, frame);

    /// <summary>Requests that have waited long enough.</summary>
    public IEnumerable<TapExchange> Aged()
    {
        while (_order.TryPeek(out var first) && (!IsWaiting(first) || time.GetElapsedTime(first.Entry.Since) >= Patience))
        {
            if (TakeOldest() is { } oldest)
                yield return oldest;
        }
    }

    /// <summary>All requests that wait.</summary>
    public IEnumerable<TapExchange> Rest()
    {
        while (_order.Count > 0)
        {
            if (TakeOldest() is { } oldest)
                yield return oldest;
        }
    }

    private bool IsWaiting((Key Key, Waiting Entry) place) => _waiting.TryGetValue(place.Key, out var entry) && ReferenceEquals(entry, place.Entry);

    // Null when that one got its response.
    private TapExchange? TakeOldest()
    {
        var place = _order.Dequeue();
        if (!IsWaiting(place))
            return null;
        _waiting.Remove(place.Key);
        return new TapExchange(place.Entry.Frame, null);
    }

    private readonly record struct Key(string Pod, string Direction, long Connection, int CorrelationId)
    {
        public static Key Of(TapFrame frame) => new(frame.Pod, frame.Direction, frame.Connection, frame.CorrelationId);
    }

    private sealed record Waiting(TapFrame Frame, long Since);
}
