namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// What the kernel said when a broker could not be reached. The client's own connection was accepted before, so TCP can tell it no more than a reset; the
/// figures tell which error it stands for.
/// </summary>
internal enum ConnectError : byte
{
    /// <summary>ECONNREFUSED: nobody listens there.</summary>
    Refused,

    /// <summary>ETIMEDOUT: no answer.</summary>
    TimedOut,

    /// <summary>EHOSTUNREACH or ENETUNREACH: no route, or a packet filter says so.</summary>
    Unreachable,

    /// <summary>Any other.</summary>
    Other,
}
