namespace KafkaMesh.Proxy.Decode;

/// <summary>The link-layer types that captures of Kafka traffic have (https://www.tcpdump.org/linktypes.html).</summary>
internal enum LinkType
{
    /// <summary>BSD loopback: a 4-byte address family in the byte order of the machine.</summary>
    Null = 0,

    /// <summary>Ethernet.</summary>
    Ethernet = 1,

    /// <summary>Raw IP as some BSDs number it.</summary>
    RawBsd = 12,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>Raw IP.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: a 4-byte address family, big-endian.</summary>
    Loop = 108,

    /// <summary>Linux cooked capture v1.</summary>
    LinuxCooked = 113,

    /// <summary>Raw IPv4.</summary>
    IPv4 = 228,

    /// <summary>Raw IPv6.</summary>
    IPv6 = 229,

    /// <summary>Linux cooked capture v2.</summary>
    LinuxCooked2 = 276,
}
