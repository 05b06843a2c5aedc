using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Watches a connection while decoding is off: counts its bytes, and the connection as opaque, whatever it carries.</summary>
internal sealed class OpaqueObserver : IRelayObserver
{
    private readonly RelayDirection _direction;
    private readonly LoopMetrics _metrics;
    private readonly BrokerCount _broker;

    /// <summary>Counts the connection from now on.</summary>
    public OpaqueObserver(in RelayConnection connection, LoopMetrics metrics)
    {
        _direction = connection.Direction;
        _metrics = metrics;
        _broker = metrics.Series.Brokers.Open(connection.Direction, connection.Broker);
        metrics.AddOpen(_direction, ConnectionProtocol.Opaque, 1);
        metrics.CountConnection(_direction, ConnectionProtocol.Opaque);
    }

    /// <inheritdoc/>
    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt) =>
        _metrics.CountRelayed(_direction, flow, bytes.Length, Ticks.ToNanoseconds(writtenAt - readAt));

    /// <inheritdoc/>
    public void OnHalfClosed(RelayFlow flow, long timestamp)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(RelayEnd end, long timestamp)
    {
        _metrics.Series.Brokers.Close(_broker, isFailed: end == RelayEnd.ConnectFailed);
        _metrics.AddOpen(_direction, ConnectionProtocol.Opaque, -1);
    }
}
