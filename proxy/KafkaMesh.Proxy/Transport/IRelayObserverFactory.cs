namespace KafkaMesh.Proxy.Transport;

/// <summary>Makes the observer of each accepted connection; called from the loop thread that will own it.</summary>
internal interface IRelayObserverFactory
{
    /// <summary>A new observer.</summary>
    IRelayObserver Create(in RelayConnection connection);

    /// <summary>
    /// Runs on each loop thread at least once a second, also when nothing happens: ages pending requests and publishes
    /// what other threads read.
    /// </summary>
    void OnTick(int loop, long timestamp);
}
