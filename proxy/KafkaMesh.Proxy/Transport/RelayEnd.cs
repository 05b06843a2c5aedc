namespace KafkaMesh.Proxy.Transport;

/// <summary>How a relayed connection ended.</summary>
internal enum RelayEnd : byte
{
    /// <summary>Both sides closed in order.</summary>
    Closed,

    /// <summary>The client reset the connection, left before its broker was reached, or writing to it failed.</summary>
    ClientReset,

    /// <summary>The broker reset the connection, or writing to it failed.</summary>
    BrokerReset,

    /// <summary>The broker could not be reached.</summary>
    ConnectFailed,

    /// <summary>The sidecar ended it: grace period over, or a loop to itself.</summary>
    Aborted,
}
