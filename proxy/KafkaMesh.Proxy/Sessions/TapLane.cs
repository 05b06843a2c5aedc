using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// The part of a tap that belongs to one loop: a ring with one writer, the loop, and one reader, the admin thread. Neither waits: when the
/// ring is full, the event is lost and counted.
/// </summary>
internal sealed class TapLane
{
    /// <summary>Events on their way.</summary>
    public const int Capacity = 512;

    private static readonly long Window = Ticks.From(TimeSpan.FromSeconds(1));

    private readonly TapEvent?[] _slots = new TapEvent?[Capacity];
    private long _head;
    private long _tail;
    private long _lost;
    private long _windowStart = long.MinValue / 2;
    private int _inWindow;

    /// <summary>Events that did not fit, or were more than the rate allows, since the tap began; from any thread.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Whether the next matching frame is to be shown: counts it against the rate. On the loop.</summary>
    /// <param name="rate">Most per second.</param>
    /// <param name="now">The time, <see cref="System.Diagnostics.Stopwatch"/> ticks.</param>
    public bool Admits(int rate, long now)
    {
        if (now - _windowStart >= Window)
        {
            _windowStart = now;
            _inWindow = 0;
        }

        if (_inWindow < rate && _tail - Volatile.Read(ref _head) < Capacity)
        {
            _inWindow++;
            return true;
        }

        Cell.Add(ref _lost, 1);
        return false;
    }

    /// <summary>Adds an event that was admitted just now. On the loop.</summary>
    public void Add(TapEvent frame)
    {
        _slots[_tail & (Capacity - 1)] = frame;
        Volatile.Write(ref _tail, _tail + 1);
    }

    /// <summary>Takes the oldest event; null when there is none. On the admin thread.</summary>
    public TapEvent? Take()
    {
        if (_head == Volatile.Read(ref _tail))
            return null;
        ref var slot = ref _slots[_head & (Capacity - 1)];
        var frame = slot;
        slot = null;
        Volatile.Write(ref _head, _head + 1);
        return frame;
    }
}
