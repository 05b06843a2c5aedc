namespace KafkaMesh.Proxy.Transport.Posix;

/// <summary>An eventfd(2): any thread may set it, the loop that watches it wakes up.</summary>
internal sealed unsafe class WakeSignal : IDisposable
{
    private int _fd;

    /// <exception cref="IOException">The kernel has no descriptor left.</exception>
    public WakeSignal()
    {
        _fd = Libc.EventDescriptor();
        if (_fd < 0)
        {
            throw new IOException($"eventfd: {Errno.Describe(-_fd)}");
        }
    }

    /// <summary>Descriptor to watch.</summary>
    public int Descriptor => _fd;

    /// <summary>Wakes the loop.</summary>
    public void Set()
    {
        ulong one = 1;
        _ = Libc.Write(_fd, &one);
    }

    /// <summary>Takes the signal back, so that the next wait blocks again.</summary>
    public void Clear()
    {
        ulong value;
        _ = Libc.Read(_fd, &value);
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.Close(_fd);
            _fd = -1;
        }
    }
}
