namespace KafkaMesh.Proxy.Transport;

/// <summary>Which way bytes go on one relayed connection.</summary>
internal enum RelayFlow : byte
{
    /// <summary>Client to broker.</summary>
    Request,

    /// <summary>Broker to client.</summary>
    Response,
}
