using System.Net;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>Refuses each connection, and opens the next one before it does: the listener's queue never empties until this is disposed.</summary>
internal sealed class StormUpstream : IUpstream, IDisposable
{
    private volatile bool _isOver;
    private int _connections;

    public IPEndPoint Target { get; set; } = new(IPAddress.Loopback, 0);

    public int Connections => Volatile.Read(ref _connections);

    public RefusalReason? Find(int clientDescriptor, out IReadOnlyList<IPEndPoint> candidates)
    {
        candidates = [];
        if (!_isOver)
        {
            RelayRig.Connect(Target).Dispose();
            Interlocked.Increment(ref _connections);
        }

        return RefusalReason.Unresolved;
    }

    public void Dispose() => _isOver = true;
}
