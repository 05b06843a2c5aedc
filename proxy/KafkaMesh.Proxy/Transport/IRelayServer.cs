using System.Net;

namespace KafkaMesh.Proxy.Transport;

/// <summary>The transport as a whole: listeners, relayed connections and their life. Any thread may call it.</summary>
internal interface IRelayServer : IDisposable
{
    /// <summary>What the transport counts.</summary>
    TransportCounters Counters { get; }

    /// <summary>Connections that may be open at a time.</summary>
    int Limit { get; }

    /// <summary>Addresses of the listeners in the order of the settings, with their real ports.</summary>
    IReadOnlyList<IPEndPoint> LocalAddresses { get; }

    /// <summary>Bytes stashed for slow receivers now.</summary>
    long StashedBytes { get; }

    /// <summary>Bytes that passed within the kernel since the start.</summary>
    long SplicedBytes { get; }

    /// <summary>How often the system refused a pipe to splice through since the start, at most once a second for each loop.</summary>
    long SpliceRefusals { get; }

    /// <summary>Starts to accept and relay.</summary>
    /// <exception cref="IOException">The kernel cannot watch the listeners.</exception>
    void Start();

    /// <summary>Why connections are not accepted; null while all listeners accept.</summary>
    string? WhyNotReady();

    /// <summary>Which loop has stopped coming round; null while all do.</summary>
    string? WhyNotLive();

    /// <summary>
    /// Closes the listeners if no connection is open or waiting, then lets the observers publish what they counted. After true, no counter changes.
    /// </summary>
    bool CloseIfIdle();
}
