namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// What is to be looked at now and then because no event tells of it: first soon, then after twice the time, and so on, so that what lasts costs next to
/// nothing. For one thread; times are <see cref="System.Diagnostics.Stopwatch"/> ticks.
/// </summary>
/// <param name="firstPause">Until the first look.</param>
/// <param name="longestPause">No pause is longer.</param>
internal sealed class LookSchedule<T>(long firstPause, long longestPause)
{
    private readonly PriorityQueue<Entry, long> _entries = new();

    /// <summary>When the next look is due; <see cref="long.MaxValue"/> when there is nothing to look at.</summary>
    public long Next => _entries.TryPeek(out _, out long due) ? due : long.MaxValue;

    /// <summary>Begins to look at something.</summary>
    /// <param name="item">At what.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When the last look is due.</param>
    public void Add(T item, long now, long until) => Enqueue(new Entry(item, until, firstPause), now);

    /// <summary>Takes what is due first, if anything is.</summary>
    /// <param name="now">The time.</param>
    /// <param name="due">Something to look at; see <see cref="Again"/>.</param>
    public bool TryTake(long now, out Entry due)
    {
        if (Next > now)
        {
            due = default;
            return false;
        }

        due = _entries.Dequeue();
        return true;
    }

    /// <summary>Has another look, after a longer pause, at what <see cref="TryTake"/> gave.</summary>
    public void Again(in Entry looked, long now) => Enqueue(looked with { Pause = Math.Min(2 * looked.Pause, longestPause) }, now);

    private void Enqueue(in Entry entry, long now) => _entries.Enqueue(entry, Math.Min(now + entry.Pause, entry.Until));

    /// <summary>Something to look at.</summary>
    /// <param name="Item">At what.</param>
    /// <param name="Until">When the last look is due.</param>
    /// <param name="Pause">Before this look.</param>
    internal readonly record struct Entry(T Item, long Until, long Pause);
}
