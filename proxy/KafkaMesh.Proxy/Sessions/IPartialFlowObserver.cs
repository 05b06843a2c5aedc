using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>An observer of flows that may lack bytes, as those of a recording do. A relay's flows never do.</summary>
internal interface IPartialFlowObserver : IRelayObserver
{
    /// <summary>The next bytes of a flow were not seen.</summary>
    /// <param name="flow">Which way.</param>
    /// <param name="bytes">How many, at least one.</param>
    /// <param name="timestamp">About when, <see cref="System.Diagnostics.Stopwatch"/> ticks.</param>
    void OnGap(RelayFlow flow, int bytes, long timestamp);
}
