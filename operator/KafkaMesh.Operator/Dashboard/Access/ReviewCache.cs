using System.Collections.Concurrent;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>Remembers for a short time what the API server said. Bounded: when it is full, it starts anew.</summary>
/// <typeparam name="T">What was said.</typeparam>
internal sealed class ReviewCache<T>(TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private const int MaxEntries = 4096;
    private readonly ConcurrentDictionary<string, (T Value, long At)> _entries = new(StringComparer.Ordinal);

    /// <summary>What was said less than <see cref="Lifetime"/> ago, or is said now.</summary>
    public async Task<T> GetAsync(string key, Func<Task<T>> ask)
    {
        if (_entries.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < Lifetime)
            return known.Value;
        var at = time.GetTimestamp();
        var value = await ask();
        if (_entries.Count >= MaxEntries)
            _entries.Clear();
        _entries[key] = (value, at);
        return value;
    }
}
