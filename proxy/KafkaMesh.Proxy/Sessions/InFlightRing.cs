namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// The requests of one connection that wait for their responses, in the order they were sent: brokers answer in that order.
/// Starts with a place for one, doubles up to <see cref="Capacity"/>, then refuses.
/// </summary>
internal sealed class InFlightRing
{
    /// <summary>Most requests in flight on one connection; Kafka's own clients stop at 5, librdkafka at 1,000,000 by default but far earlier in practice.</summary>
    public const int Capacity = 4096;

    /// <summary>How far a response is searched for: one that skips more requests than this answers none of them.</summary>
    public const int ResyncWindow = 64;

    // Most connections have no request in flight, or one: its place is lent while it waits. A thread keeps what its connections gave back.
    [ThreadStatic]
    private static Stack<InFlightRequest[]>? t_spare;

    private InFlightRequest[] _slots = [];
    private int _head;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no more can be added.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>The oldest; only when <see cref="Count"/> is not 0.</summary>
    public ref readonly InFlightRequest Oldest => ref _slots[_head];

    /// <summary>The one with so many older ones before it; only below <see cref="Count"/>.</summary>
    public ref readonly InFlightRequest this[int older] => ref _slots[(_head + older) & (_slots.Length - 1)];

    /// <summary>Adds the newest; only when not <see cref="IsFull"/>.</summary>
    public void Push(in InFlightRequest request)
    {
        if (Count == _slots.Length)
            Grow();
        _slots[(_head + Count) & (_slots.Length - 1)] = request;
        Count++;
    }

    /// <summary>Takes the oldest; only when <see cref="Count"/> is not 0.</summary>
    public InFlightRequest Pop()
    {
        var request = _slots[_head];
        _slots[_head] = default;
        _head = (_head + 1) & (_slots.Length - 1);
        Count--;
        if (_slots.Length == 1)
            GiveBack();
        return request;
    }

    /// <summary>How many older requests stand before the first with a header and this correlation id; −1 when the window holds none.</summary>
    public int Find(int correlationId)
    {
        for (var i = 0; i < Math.Min(Count, ResyncWindow); i++)
        {
            ref readonly var request = ref _slots[(_head + i) & (_slots.Length - 1)];
            if (request.CorrelationId == correlationId && !request.IsToken)
                return i;
        }

        return -1;
    }

    private void Grow()
    {
        if (_slots.Length == 0)
        {
            _slots = t_spare is not null && t_spare.TryPop(out var spare) ? spare : new InFlightRequest[1];
            return;
        }

        var larger = new InFlightRequest[_slots.Length * 2];
        for (var i = 0; i < Count; i++)
            larger[i] = _slots[(_head + i) & (_slots.Length - 1)];
        _slots = larger;
        _head = 0;
    }

    private void GiveBack()
    {
        (t_spare ??= new Stack<InFlightRequest[]>()).Push(_slots);
        _slots = [];
    }
}
