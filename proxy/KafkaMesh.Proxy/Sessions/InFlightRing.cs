using System.Numerics;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// The requests of one connection that wait for their responses, in the order they were sent: brokers answer in that order.
/// Starts with a place for one, doubles up to <see cref="Capacity"/> as far as <see cref="LongRingBudget"/> allows, then refuses; shrinks again when
/// fewer wait.
/// </summary>
internal sealed class InFlightRing
{
    /// <summary>Most requests in flight on one connection; Kafka's own clients stop at 5, librdkafka at 1,000,000 by default but far earlier in practice.</summary>
    public const int Capacity = 4096;

    /// <summary>
    /// How far a response is searched for: one that skips more requests than this answers none of them. Those that may have no response do not count.
    /// </summary>
    public const int ResyncWindow = 64;

    /// <summary>A ring as long as this may be had by every connection, however many there are.</summary>
    public const int ShortLength = 16;

    /// <summary>Places that all longer rings of the process may have together, about 12 MiB: a broker that says nothing meets hundreds of pipelining clients.</summary>
    public const int LongRingBudget = 256 * 1024;

    private static int s_longPlaces;

    // Most connections have no request in flight, or one: its place is lent while it waits, and short rings while they are in use. A thread keeps what its
    // connections gave back, by the logarithm of their length.
    [ThreadStatic]
    private static Stack<InFlightRequest[]>?[]? t_spare;

    private InFlightRequest[] _slots = [];
    private int _head;

    /// <summary>Places that longer rings have now, in the whole process.</summary>
    public static int LongPlaces => Volatile.Read(ref s_longPlaces);

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest; only when <see cref="Count"/> is not 0.</summary>
    public ref readonly InFlightRequest Oldest => ref _slots[_head];

    /// <summary>The one with so many older ones before it; only below <see cref="Count"/>.</summary>
    public ref readonly InFlightRequest this[int older] => ref _slots[(_head + older) & (_slots.Length - 1)];

    /// <summary>Adds the newest; false when there is no place for it before the oldest is taken.</summary>
    public bool TryPush(in InFlightRequest request)
    {
        if (Count == _slots.Length && !TryGrow())
            return false;
        _slots[(_head + Count) & (_slots.Length - 1)] = request;
        Count++;
        return true;
    }

    /// <summary>Takes the oldest; only when <see cref="Count"/> is not 0.</summary>
    public InFlightRequest Pop()
    {
        var request = _slots[_head];
        _slots[_head] = default;
        _head = (_head + 1) & (_slots.Length - 1);
        Count--;
        if (_slots.Length == 1)
            Move(0);
        return request;
    }

    /// <summary>How many older requests stand before the first with a header and this correlation id; −1 when the window holds none.</summary>
    public int Find(int correlationId)
    {
        for (int i = 0, skipped = 0; i < Count && skipped < ResyncWindow; i++)
        {
            ref readonly var request = ref _slots[(_head + i) & (_slots.Length - 1)];
            if (request.CorrelationId == correlationId && !request.IsToken)
                return i;
            if (!request.MayHaveNoResponse)
                skipped++;
        }

        return -1;
    }

    /// <summary>About once a second: gives back half of a long ring of which a quarter would do, and a short one that nothing waits in.</summary>
    public void OnTick()
    {
        if (_slots.Length > ShortLength && Count <= _slots.Length / 4)
            Resize(_slots.Length / 2);
        else if (Count == 0)
            Resize(0);
    }

    /// <summary>Gives everything back; only when <see cref="Count"/> is 0.</summary>
    public void Release() => Resize(0);

    private bool TryGrow()
    {
        var length = _slots.Length;
        if (length == Capacity)
            return false;
        if (length == 0)
        {
            Move(1);
            return true;
        }

        var more = LongPart(length * 2) - LongPart(length);
        if (more > 0 && Interlocked.Add(ref s_longPlaces, more) > LongRingBudget)
        {
            Interlocked.Add(ref s_longPlaces, -more);
            return false;
        }

        Move(length * 2);
        return true;
    }

    private void Resize(int length)
    {
        var less = LongPart(_slots.Length) - LongPart(length);
        if (less > 0)
            Interlocked.Add(ref s_longPlaces, -less);
        Move(length);
    }

    private void Move(int length)
    {
        var moved = Take(length);
        for (var i = 0; i < Count; i++)
        {
            ref var place = ref _slots[(_head + i) & (_slots.Length - 1)];
            moved[i] = place;
            place = default;
        }

        GiveBack(_slots);
        _slots = moved;
        _head = 0;
    }

    private static InFlightRequest[] Take(int length)
    {
        if (length == 0)
            return [];
        return length <= ShortLength && t_spare?[BitOperations.Log2((uint)length)] is { } spare && spare.TryPop(out var taken) ? taken : new InFlightRequest[length];
    }

    private static void GiveBack(InFlightRequest[] slots)
    {
        if (slots.Length is 0 or > ShortLength)
            return;
        t_spare ??= new Stack<InFlightRequest[]>?[BitOperations.Log2(ShortLength) + 1];
        (t_spare[BitOperations.Log2((uint)slots.Length)] ??= new Stack<InFlightRequest[]>()).Push(slots);
    }

    private static int LongPart(int length) => length > ShortLength ? length : 0;
}
