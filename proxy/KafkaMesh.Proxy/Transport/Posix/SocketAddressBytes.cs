using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KafkaMesh.Proxy.Transport.Posix;

/// <summary>Endpoints in the kernel's layout: <c>sockaddr_in</c> and <c>sockaddr_in6</c> of ip(7) and ipv6(7).</summary>
internal static class SocketAddressBytes
{
    /// <summary>Room for the longer of the two layouts.</summary>
    public const int MaxLength = 28;

    private const int LengthV4 = 16;

    /// <summary>The local address of a socket; null when it has none of IPv4 or IPv6.</summary>
    public static unsafe IPEndPoint? OfSocket(int descriptor)
    {
        byte* address = stackalloc byte[MaxLength];
        uint length = MaxLength;
        return Libc.LocalAddress(descriptor, address, &length) < 0 ? null : Read(new ReadOnlySpan<byte>(address, MaxLength));
    }

    /// <summary>Writes the endpoint and returns the length of its layout.</summary>
    public static int Write(IPEndPoint endpoint, Span<byte> target)
    {
        target[..MaxLength].Clear();
        bool v6 = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
        ushort family = (ushort)(v6 ? SocketConstants.InterNetworkV6 : SocketConstants.InterNetwork);
        MemoryMarshal.Write(target, in family);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)endpoint.Port);
        if (!v6)
        {
            _ = endpoint.Address.TryWriteBytes(target[4..], out _);
            return LengthV4;
        }

        _ = endpoint.Address.TryWriteBytes(target[8..], out _);
        uint scope = (uint)endpoint.Address.ScopeId;
        MemoryMarshal.Write(target[24..], in scope);
        return MaxLength;
    }

    /// <summary>Reads what the kernel wrote; an IPv4 address mapped into IPv6 becomes IPv4. Null for another family.</summary>
    public static IPEndPoint? Read(ReadOnlySpan<byte> source)
    {
        ushort family = MemoryMarshal.Read<ushort>(source);
        int port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        if (family == SocketConstants.InterNetwork)
        {
            return new IPEndPoint(new IPAddress(source.Slice(4, 4)), port);
        }

        if (family != SocketConstants.InterNetworkV6)
        {
            return null;
        }

        var address = new IPAddress(source.Slice(8, 16), MemoryMarshal.Read<uint>(source[24..]));
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}
