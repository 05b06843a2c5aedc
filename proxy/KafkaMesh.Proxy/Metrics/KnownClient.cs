using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>A client in a <see cref="ClientTable"/>; its connections hold it and say when they use it.</summary>
internal sealed class KnownClient(ClientStats stats)
{
    private static readonly long Second = Ticks.From(TimeSpan.FromSeconds(1));

    private long _lastUsed;
    private volatile bool _isEvicted;

    /// <summary>What is reported.</summary>
    public ClientStats Stats { get; } = stats;

    /// <summary>It made room for others: whoever still uses it adds it again.</summary>
    public bool IsEvicted => _isEvicted;

    /// <summary>When a request of it was seen last, <see cref="System.Diagnostics.Stopwatch"/> ticks. Any thread may set it; which of two wins is no matter.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }

    /// <summary>Notes a use, at most about once a second: connections on several processors share it.</summary>
    public void Touch(long now)
    {
        if (now - LastUsed >= Second)
            LastUsed = now;
    }

    /// <summary>Marks it.</summary>
    public void Evict() => _isEvicted = true;
}
