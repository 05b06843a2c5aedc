using System.Buffers.Binary;
using System.Net;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Address and port of one side of a connection, as a key.</summary>
/// <param name="Address">The address; an IPv4 one in its lowest 32 bits.</param>
/// <param name="IsV6">Whether it is an IPv6 address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct TcpEndpoint(UInt128 Address, bool IsV6, ushort Port)
{
    /// <summary>The form that the rest of .NET knows.</summary>
    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(new IPAddress(IsV6 ? bytes : bytes[12..]), Port);
    }
}
