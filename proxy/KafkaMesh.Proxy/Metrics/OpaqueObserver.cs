using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Watches a connection while decoding is off: counts its bytes, and the connection as opaque, whatever it carries.</summary>
internal sealed class OpaqueObserver : IRelayObserver
{
    private readonly RelayDirection _direction;
    private readonly LoopMetrics _metrics;

    /// <summary>Counts the connection from now on.</summary>
    public OpaqueObserver(RelayDirection direction, LoopMetrics metrics)
    {
        _direction = direction;
        _metrics = metrics;
        metrics.AddOpen(direction, ConnectionProtocol.Opaque, 1);
        metrics.CountConnection(direction, ConnectionProtocol.Opaque);
    }

    /// <inheritdoc/>
    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt) =>
        _metrics.CountRelayed(_direction, flow, bytes.Length, Ticks.ToNanoseconds(writtenAt - readAt));

    /// <inheritdoc/>
    public void OnHalfClosed(RelayFlow flow, long timestamp)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(RelayEnd end, long timestamp) => _metrics.AddOpen(_direction, ConnectionProtocol.Opaque, -1);
}
