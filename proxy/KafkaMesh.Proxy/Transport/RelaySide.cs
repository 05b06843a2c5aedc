using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>One of the two sockets of a relayed connection and what its edge-triggered events have told of it.</summary>
internal sealed class RelaySide
{
    /// <summary>Descriptor, or -1 once closed.</summary>
    public int Descriptor { get; set; } = -1;

    /// <summary>There may be something to read: cleared only when the kernel said there is not.</summary>
    public bool Readable { get; set; }

    /// <summary>There may be room to write.</summary>
    public bool Writable { get; set; }

    /// <summary>
    /// The end of the stream, urgent data or an error waits behind the bytes: its edge was already reported, so a short
    /// read does not prove that the socket is drained.
    /// </summary>
    public bool MustDrain { get; private set; }

    /// <summary>The socket was reset or broke; what it still holds may be read.</summary>
    public bool Failed { get; set; }

    /// <summary>
    /// Whether the error of a socket that failed while it was connecting says that it had been connected: a broker may accept, answer and
    /// reset before its connect is noticed. The kernel tells a reset as ECONNRESET, or EPIPE behind an end of stream; a connect that
    /// failed has another error.
    /// </summary>
    public static bool HadConnected(int error) => error is Errno.ConnectionReset or Errno.BrokenPipe;

    /// <summary>Takes over what one event said.</summary>
    public void Note(uint events)
    {
        const uint behindTheBytes = SocketConstants.EventReadHangUp | SocketConstants.EventHangUp | SocketConstants.EventError | SocketConstants.EventPriority;
        Readable |= (events & (SocketConstants.EventIn | behindTheBytes)) != 0;
        Writable |= (events & SocketConstants.EventOut) != 0;
        MustDrain |= (events & behindTheBytes) != 0;
        Failed |= (events & SocketConstants.EventError) != 0;
    }

    /// <summary>Forgets what the events of a closed socket told: another one takes its place.</summary>
    public void Restart()
    {
        Readable = Writable = MustDrain = Failed = false;
    }

    /// <summary>Writing to it failed: what it still holds is to be read to its end.</summary>
    public void Break()
    {
        Readable = MustDrain = Failed = true;
    }

    /// <summary>Closes the socket: in order, or with a reset for the peer.</summary>
    public void Close(bool reset)
    {
        int descriptor = Descriptor;
        Descriptor = -1;
        if (descriptor < 0)
        {
            return;
        }

        if (reset)
        {
            Libc.Reset(descriptor);
        }
        else
        {
            _ = Libc.Close(descriptor);
        }
    }
}
