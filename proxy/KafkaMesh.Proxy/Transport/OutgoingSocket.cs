using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>Sockets that the sidecar dials itself.</summary>
internal static unsafe class OutgoingSocket
{
    /// <summary>
    /// Begins a non-blocking connect. Small writes leave at once (TCP_NODELAY: the sender's own batching has already
    /// happened), urgent bytes stay in the stream, dead peers are noticed by the kernel's keep-alive.
    /// </summary>
    /// <param name="broker">Whom to dial.</param>
    /// <param name="keepAlive">How the kernel notices that the broker is gone.</param>
    /// <param name="milliseconds">After so long without an answer the connect fails with ETIMEDOUT; 0: when the kernel gives up. See <see cref="Connected"/>.</param>
    /// <returns>A descriptor that is connecting or connected, or the negated error number.</returns>
    public static int Connect(IPEndPoint broker, KeepAlive keepAlive = default, int milliseconds = 0)
    {
        int family = broker.AddressFamily == AddressFamily.InterNetworkV6 ? SocketConstants.InterNetworkV6 : SocketConstants.InterNetwork;
        int descriptor = Libc.Socket(family, SocketConstants.Stream | SocketConstants.NonBlocking | SocketConstants.CloseOnExec);
        if (descriptor < 0)
        {
            return descriptor;
        }

        SetStreamOptions(descriptor, keepAlive);
        if (milliseconds > 0)
        {
            _ = Libc.SetOption(descriptor, SocketConstants.LevelTcp, SocketConstants.UserTimeout, milliseconds);
        }

        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(broker, address);
        int result;
        fixed (byte* pointer = address)
        {
            result = Libc.Connect(descriptor, pointer, length);
        }

        if (result < 0 && result != -Errno.InProgress)
        {
            _ = Libc.Close(descriptor);
            return result;
        }

        return descriptor;
    }

    /// <summary>Takes the time limit off a connect that had one: what is connected may be silent for longer.</summary>
    public static void Connected(int descriptor) => _ = Libc.SetOption(descriptor, SocketConstants.LevelTcp, SocketConstants.UserTimeout, 0);

    /// <summary>What every relayed socket has; accepted ones inherit it from their listener.</summary>
    public static void SetStreamOptions(int descriptor, KeepAlive keepAlive)
    {
        _ = Libc.SetOption(descriptor, SocketConstants.LevelTcp, SocketConstants.NoDelay, 1);
        _ = Libc.SetOption(descriptor, SocketConstants.LevelSocket, SocketConstants.KeepAlive, 1);
        _ = Libc.SetOption(descriptor, SocketConstants.LevelSocket, SocketConstants.OutOfBandInline, 1);
        SetUnlessZero(SocketConstants.KeepAliveIdle, keepAlive.IdleSeconds);
        SetUnlessZero(SocketConstants.KeepAliveInterval, keepAlive.IntervalSeconds);
        SetUnlessZero(SocketConstants.KeepAliveCount, keepAlive.Count);

        void SetUnlessZero(int option, int value)
        {
            if (value > 0)
            {
                _ = Libc.SetOption(descriptor, SocketConstants.LevelTcp, option, value);
            }
        }
    }
}
