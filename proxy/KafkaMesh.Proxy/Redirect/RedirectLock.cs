using System.Diagnostics;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// Lets one <c>init</c> or <c>cleanup</c> of a pod run at a time: it may be started again while an earlier one still runs. The lock is an abstract socket
/// name (unix(7)), which belongs to the network namespace as the rules do, needs no file, and goes with its holder. Who waits connects to
/// the holder: the connection ends when the holder does.
/// </summary>
internal sealed class RedirectLock : IDisposable
{
    /// <summary>Longer than any run takes.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private const int Attempts = 100;

    private static readonly UnixDomainSocketEndPoint s_name = new("\0kafkamesh-redirect");

    private readonly Socket? _held;

    private RedirectLock(Socket? held) => _held = held;

    /// <summary>Waits for the lock; after the limit it goes on without, since whoever holds it does not work.</summary>
    public static RedirectLock Take(TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        for (int attempt = 0; attempt < Attempts && limit - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left; attempt++)
        {
            if (TryHold() is { } held)
            {
                return new RedirectLock(held);
            }

            AwaitHolder(left);
        }

        return new RedirectLock(null);
    }

    public void Dispose() => _held?.Dispose();

    private static Socket? TryHold()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(s_name);
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static void AwaitHolder(TimeSpan limit)
    {
        using var waiting = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            waiting.Connect(s_name);
            _ = waiting.Poll(limit, SelectMode.SelectRead);
        }
        catch (SocketException)
        {
            // The holder has gone, or does not listen yet.
        }
    }
}
