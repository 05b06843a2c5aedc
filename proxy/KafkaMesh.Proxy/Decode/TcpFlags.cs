namespace KafkaMesh.Proxy.Decode;

/// <summary>The flags of a TCP header that reassembly needs (RFC 9293 section 3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No more data from the sender.</summary>
    Fin = 1,

    /// <summary>Begin of a flow.</summary>
    Syn = 2,

    /// <summary>The connection is reset.</summary>
    Rst = 4,

    /// <summary>The acknowledgement number is valid.</summary>
    Ack = 16,
}
