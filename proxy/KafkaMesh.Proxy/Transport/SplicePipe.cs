using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>A pipe between two sockets of one connection: bytes pass it without being copied into this process. Owned by one loop's thread.</summary>
internal sealed unsafe class SplicePipe
{
    /// <summary>Size in bytes: what the kernel allows unprivileged users (fs.pipe-max-size), and enough that a wake-up's bytes fit.</summary>
    public const int Size = 1024 * 1024;

    /// <summary>That each takes.</summary>
    public const int Descriptors = 2;

    private readonly int _readEnd;
    private readonly int _writeEnd;

    private SplicePipe(int readEnd, int writeEnd)
    {
        _readEnd = readEnd;
        _writeEnd = writeEnd;
    }

    /// <summary>Bytes in it.</summary>
    public int Held { get; private set; }

    /// <summary>Makes one; null when there is no descriptor left, or the user's pipes are as large as they may be.</summary>
    public static SplicePipe? TryOpen()
    {
        int* ends = stackalloc int[2];
        if (Libc.Pipe(ends) < 0)
        {
            return null;
        }

        var pipe = new SplicePipe(ends[0], ends[1]);
        if (Libc.SetPipeSize(ends[0], Size) >= Size)
        {
            return pipe;
        }

        pipe.Close();
        return null;
    }

    /// <summary>Takes up to so many bytes from a socket, only while the pipe is empty; 0 at the end of the stream, or the negated error number.</summary>
    public nint Fill(int socket, int most)
    {
        nint taken = Libc.Splice(socket, _writeEnd, Math.Min(most, Size));
        Held += (int)Math.Max(0, taken);
        return taken;
    }

    /// <summary>Gives bytes to a socket; the number, or the negated error number.</summary>
    public nint Drain(int socket)
    {
        nint given = Libc.Splice(_readEnd, socket, Held);
        Held -= (int)Math.Max(0, given);
        return given;
    }

    /// <summary>Closes it, with what it holds.</summary>
    public void Close()
    {
        _ = Libc.Close(_readEnd);
        _ = Libc.Close(_writeEnd);
    }
}
