namespace KafkaMesh.Proxy.Transport;

/// <summary>Who opened the connection, seen from the pod.</summary>
internal enum RelayDirection : byte
{
    /// <summary>The pod (a client) opened it.</summary>
    Outbound,

    /// <summary>Somebody opened it to the pod (a broker).</summary>
    Inbound,
}
