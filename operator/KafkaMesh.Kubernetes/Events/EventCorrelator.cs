using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Queueing;

namespace KafkaMesh.Kubernetes.Events;

/// <summary>
/// Decides what becomes of an event, with client-go's rules: a burst of 25 per object, then one in 5 minutes; more than 10 similar ones within 10
/// minutes become one; the same again only counts. Not safe for concurrent use.
/// </summary>
internal sealed class EventCorrelator
{
    private const int CacheSize = 4096;
    private const int MaxSimilar = 10;
    private const int Burst = 25;
    private const double RefillPerSecond = 1.0 / 300;
    private static readonly TimeSpan s_similarFor = TimeSpan.FromSeconds(600);

    private readonly TimeProvider _timeProvider;
    private readonly LruCache<ObjectKey, TokenBucket> _buckets = new(CacheSize);
    private readonly LruCache<SimilarKey, SimilarEvents> _similar = new(CacheSize);
    private readonly LruCache<EventKey, StoredEvent> _stored = new(CacheSize);

    public EventCorrelator(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>The key under which an event is to be sent, or null when the object has had too many.</summary>
    public EventKey? Admit(PendingEvent pending)
    {
        var about = new ObjectKey(pending.Involved.Kind, pending.Involved.Namespace, pending.Involved.Name, pending.Involved.Uid);
        if (!_buckets.TryGet(about, out var bucket))
        {
            _buckets.Set(about, bucket = new TokenBucket(RefillPerSecond, Burst, _timeProvider));
        }

        if (!bucket.TryTake())
        {
            return null;
        }

        var group = new SimilarKey(about, pending.Type, pending.Reason);
        var now = _timeProvider.GetUtcNow();
        if (!_similar.TryGet(group, out var similar) || now - similar.LastSeen > s_similarFor)
        {
            _similar.Set(group, similar = new SimilarEvents());
        }

        similar.LastSeen = now;
        similar.Messages.Add(pending.Message);
        if (similar.Messages.Count <= MaxSimilar)
        {
            return new EventKey(group, pending.Message);
        }

        // More distinct messages than this need no list of their own: they go under one event from here on.
        similar.Messages.Remove(pending.Message);
        return new EventKey(group, Message: null);
    }

    /// <summary>What was sent under a key before.</summary>
    public StoredEvent? Stored(EventKey key) => _stored.TryGet(key, out var stored) ? stored : null;

    /// <summary>Remembers what was sent.</summary>
    public void Remember(EventKey key, StoredEvent stored) => _stored.Set(key, stored);

    internal sealed record ObjectKey(string? Kind, string? Namespace, string? Name, string? Uid);

    internal sealed record SimilarKey(ObjectKey About, EventType Type, string Reason);

    /// <summary>Identity of an event on the server; without message it stands for many similar ones.</summary>
    internal sealed record EventKey(SimilarKey Group, string? Message);

    /// <summary>An event that the server has.</summary>
    internal sealed record StoredEvent(string Namespace, string Name, int Count);

    private sealed class SimilarEvents
    {
        public HashSet<string> Messages { get; } = [];

        public DateTimeOffset LastSeen { get; set; }
    }
}
