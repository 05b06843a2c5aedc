using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>One listening socket; owns its descriptor.</summary>
internal sealed unsafe class Listener : IDisposable
{
    /// <summary>Most connections that wait to be accepted; the kernel lowers it to net.core.somaxconn.</summary>
    public const int Backlog = 4096;

    private Listener(int descriptor, string name, IPEndPoint local)
    {
        Descriptor = descriptor;
        Name = name;
        Local = local;
    }

    /// <summary>The listening socket, -1 once closed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>What it is for, in messages.</summary>
    public string Name { get; }

    /// <summary>The address that it got, with the real port.</summary>
    public IPEndPoint Local { get; }

    /// <summary>Opens the socket; <c>[::]</c> takes IPv4 too, and becomes <c>0.0.0.0</c> where the kernel has no IPv6.</summary>
    /// <exception cref="IOException">The address cannot be listened on; the message names it.</exception>
    public static Listener Open(string name, IPEndPoint address, KeepAlive keepAlive = default)
    {
        int descriptor = TryOpen(address, keepAlive);
        bool noV6 = descriptor is -Errno.AddressFamilyNotSupported or -Errno.AddressNotAvailable;
        if (noV6 && address.Address.Equals(IPAddress.IPv6Any))
        {
            descriptor = TryOpen(new IPEndPoint(IPAddress.Any, address.Port), keepAlive);
        }

        if (descriptor < 0)
        {
            throw new IOException($"cannot listen on {address} ({name}): {Errno.Describe(-descriptor)}");
        }

        return new Listener(descriptor, name, SocketAddressBytes.OfSocket(descriptor) ?? address);
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.Close(Descriptor);
            Descriptor = -1;
        }
    }

    private static int TryOpen(IPEndPoint address, KeepAlive keepAlive)
    {
        bool v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        int family = v6 ? SocketConstants.InterNetworkV6 : SocketConstants.InterNetwork;
        int descriptor = Libc.Socket(family, SocketConstants.Stream | SocketConstants.NonBlocking | SocketConstants.CloseOnExec);
        if (descriptor < 0)
        {
            return descriptor;
        }

        _ = Libc.SetOption(descriptor, SocketConstants.LevelSocket, SocketConstants.ReuseAddress, 1);
        if (v6)
        {
            _ = Libc.SetOption(descriptor, SocketConstants.LevelIpV6, SocketConstants.V6Only, 0);
        }

        OutgoingSocket.SetStreamOptions(descriptor, keepAlive);
        int result = Bind(descriptor, address);
        if (result >= 0)
        {
            result = Libc.Listen(descriptor, Backlog);
        }

        if (result >= 0)
        {
            return descriptor;
        }

        _ = Libc.Close(descriptor);
        return result;
    }

    private static int Bind(int descriptor, IPEndPoint address)
    {
        Span<byte> bytes = stackalloc byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(address, bytes);
        fixed (byte* pointer = bytes)
        {
            return Libc.Bind(descriptor, pointer, length);
        }
    }
}
