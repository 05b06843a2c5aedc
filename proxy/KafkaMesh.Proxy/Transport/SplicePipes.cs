namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// The pipes of one loop: made when they are needed, lent while bytes pass them, kept as long as they are in use. When there is none to be had the bytes
/// are copied, and a second later the system is asked again. Owned by the loop's thread; the figures may be read by any.
/// </summary>
internal sealed class SplicePipes
{
    /// <summary>
    /// Most pipes of a loop. A node's unprivileged user may hold 64 MiB of pipes (fs.pipe-user-pages-soft), and all sidecars of a node are one user; what slow
    /// receivers leave in them is memory of the pod.
    /// </summary>
    public const int Most = 16;

    private readonly Stack<SplicePipe> _free = new(Most);
    private readonly int _most;
    private int _open;
    private int _unused;
    private bool _isRefused;
    private long _spliced;
    private long _refusals;

    /// <param name="most">Pipes at a time; 0 copies everything.</param>
    public SplicePipes(int most = Most) => _most = most;

    /// <summary>How often the system refused a pipe since the start, at most once a second.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>Bytes that passed through pipes since the start.</summary>
    public long Spliced => Volatile.Read(ref _spliced);

    /// <summary>Pipes that exist.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>An empty pipe; null when none is to be had.</summary>
    public SplicePipe? TryTake()
    {
        if (_free.TryPop(out SplicePipe? free))
        {
            _unused = Math.Min(_unused, _free.Count);
            return free;
        }

        if (_open >= _most || _isRefused)
        {
            return null;
        }

        SplicePipe? made = SplicePipe.TryOpen();
        if (made is null)
        {
            _isRefused = true; // Until the next tick: it would refuse for every large message.
            Volatile.Write(ref _refusals, _refusals + 1);
            return null;
        }

        Volatile.Write(ref _open, _open + 1);
        return made;
    }

    /// <summary>About once a second: closes those that nobody took since the last time, which other sidecars may have, and lets the system be asked again.</summary>
    /// <returns>Whether it has refused one since the last time.</returns>
    public bool OnTick()
    {
        bool wasRefused = _isRefused;
        for (; _unused > 0; _unused--)
        {
            _free.Pop().Close();
            Volatile.Write(ref _open, _open - 1);
        }

        _unused = _free.Count;
        _isRefused = false;
        return wasRefused;
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
