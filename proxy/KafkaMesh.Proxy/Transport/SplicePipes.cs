namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// The pipes of one loop: made when they are first needed, lent while bytes pass them, kept for the next. When there is none to be had the bytes are
/// copied. Owned by the loop's thread; the figures may be read by any.
/// </summary>
internal sealed class SplicePipes
{
    /// <summary>
    /// Most pipes of a loop. An unprivileged user's pipes may hold 64 MiB together (fs.pipe-user-pages-soft), and what slow receivers leave in them is
    /// memory of the pod.
    /// </summary>
    public const int Most = 16;

    private readonly Stack<SplicePipe> _free = new(Most);
    private int _open;
    private int _most;
    private long _spliced;

    /// <param name="most">Pipes at a time; 0 copies everything.</param>
    public SplicePipes(int most = Most) => _most = most;

    /// <summary>Bytes that passed through pipes since the start.</summary>
    public long Spliced => Volatile.Read(ref _spliced);

    /// <summary>Pipes that exist.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>An empty pipe; null when none is to be had.</summary>
    public SplicePipe? TryTake()
    {
        if (_free.TryPop(out SplicePipe? free))
        {
            return free;
        }

        if (_open >= _most)
        {
            return null;
        }

        SplicePipe? made = SplicePipe.TryOpen();
        if (made is null)
        {
            _most = _open; // What the system refuses now it would refuse for every large message.
            return null;
        }

        Volatile.Write(ref _open, _open + 1);
        return made;
    }

    /// <summary>Counts bytes that passed.</summary>
    public void Count(int bytes) => Volatile.Write(ref _spliced, _spliced + bytes);

    /// <summary>Takes a pipe back; one that still holds bytes of a connection that ended is closed.</summary>
    public void Return(SplicePipe pipe)
    {
        if (pipe.Held == 0)
        {
            _free.Push(pipe);
            return;
        }

        pipe.Close();
        Volatile.Write(ref _open, _open - 1);
    }

    /// <summary>Closes those that are not lent.</summary>
    public void Close()
    {
        while (_free.TryPop(out SplicePipe? pipe))
        {
            pipe.Close();
        }
    }
}
