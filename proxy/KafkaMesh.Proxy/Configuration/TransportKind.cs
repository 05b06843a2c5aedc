namespace KafkaMesh.Proxy.Configuration;

/// <summary>What relays the bytes.</summary>
internal enum TransportKind
{
    /// <summary>Linux's epoll, called directly: what is shipped.</summary>
    Epoll,

    /// <summary>.NET's own sockets: for development on other systems.</summary>
    Portable,
}
