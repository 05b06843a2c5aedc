namespace KafkaMesh.Proxy.Transport;

/// <summary>Something else than relayed connections that a loop watches: the acceptor on the first loop.</summary>
internal interface ILoopEvents
{
    /// <summary>An event of a descriptor that was given to <see cref="EventLoop.WatchOther"/>.</summary>
    void OnEvent(int index);

    /// <summary>Called with every tick of the loop.</summary>
    void OnTick(long timestamp);
}
