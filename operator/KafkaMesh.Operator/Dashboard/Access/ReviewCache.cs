using System.Collections.Concurrent;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>
/// Remembers for a short time what was said, and asks once for all who want to know the same at a time. Bounded: when it is full, it starts anew.
/// </summary>
/// <typeparam name="T">What was said.</typeparam>
internal sealed class ReviewCache<T>(TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private const int MaxEntries = 4096;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>What was said less than <see cref="Lifetime"/> ago, or is said now. What <paramref name="ask"/> throws is thrown to all who wait, and not remembered.</summary>
    /// <param name="key">What is asked.</param>
    /// <param name="ask">Asks; bounded by itself, because it goes on when one of those who wait goes.</param>
    /// <param name="cancellationToken">Waits no longer.</param>
    public async Task<T> GetAsync(string key, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_entries.Count >= MaxEntries)
            _entries.Clear();
        var entry = _entries.AddOrUpdate(key, _ => new Entry(ask, time.GetTimestamp()), (_, old) => time.GetElapsedTime(old.At) < Lifetime ? old : new Entry(ask, time.GetTimestamp()));
        try
        {
            return await entry.Answer.Value.WaitAsync(cancellationToken);
        }
        catch (Exception) when (entry.Answer.Value.IsFaulted || entry.Answer.Value.IsCanceled)
        {
            _entries.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }

    // Of several that are made for one key at a time only the one that is kept is ever asked.
    private sealed class Entry(Func<Task<T>> ask, long at)
    {
        public Lazy<Task<T>> Answer { get; } = new(ask);

        public long At { get; } = at;
    }
}
