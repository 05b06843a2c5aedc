using System.Collections.Concurrent;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>Observers that keep what they are shown, and that end what waits for a connection's end.</summary>
internal sealed class RecordingObservers : IRelayObserverFactory
{
    private int _ticks;

    public ConcurrentQueue<RecordingObserver> All { get; } = new();

    public int Ticks => Volatile.Read(ref _ticks);

    /// <summary>Thrown by every observer when set.</summary>
    public Exception? Failure { get; init; }

    public IRelayObserver Create(in RelayConnection connection)
    {
        var observer = new RecordingObserver(connection, Failure);
        All.Enqueue(observer);
        return observer;
    }

    public void OnTick(int loop, long timestamp) => Interlocked.Increment(ref _ticks);
}
