using System.Diagnostics;
using System.Net;
using KafkaMesh.Proxy.Transport.Posix;
using Serilog;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// Accepts on every listener and hands each connection to the loop with the fewest. Lives on the first loop's thread, so that "no connection is
/// left and none can come" is one decision there. What it cannot take, it resets and counts; nothing is left to hang.
/// </summary>
internal sealed class Acceptor : ILoopEvents, IDisposable
{
    private const int AcceptsPerTurn = 64;

    private readonly IReadOnlyList<ListenerSettings> _settings;
    private readonly IReadOnlyList<Listener> _listeners;
    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly TransportCounters _counters;
    private readonly OwnDials _dials;
    private readonly RefusalLog _refusals;
    private readonly int _limit;
    private readonly bool[] _paused;
    private readonly SpareDescriptor _spare = new();
    private long _nextId;
    private volatile bool _isAccepting;
    private bool _closed;

    /// <param name="settings">What each listener is for.</param>
    /// <param name="listeners">Open listeners in the order of the settings; owned by the acceptor from now on.</param>
    /// <param name="loops">The first one accepts.</param>
    /// <param name="limit">Connections at a time.</param>
    /// <param name="counters">Where connections are counted.</param>
    /// <param name="dials">Connections to brokers, of all loops.</param>
    /// <param name="log">Told of refusals.</param>
    public Acceptor(
        IReadOnlyList<ListenerSettings> settings,
        IReadOnlyList<Listener> listeners,
        IReadOnlyList<EventLoop> loops,
        int limit,
        TransportCounters counters,
        OwnDials dials,
        ILogger log)
    {
        _settings = settings;
        _listeners = listeners;
        _loops = loops;
        _limit = limit;
        _counters = counters;
        _dials = dials;
        _refusals = new RefusalLog(counters, log);
        _paused = new bool[listeners.Count];
    }

    /// <summary>All listeners accept; read by any thread.</summary>
    public bool IsAccepting => _isAccepting;

    /// <summary>Begins to accept; before the first loop starts.</summary>
    /// <exception cref="IOException">The kernel cannot watch another descriptor.</exception>
    public void Open()
    {
        for (int i = 0; i < _listeners.Count; i++)
        {
            if (!Watch(i))
            {
                throw new IOException($"cannot watch the {_listeners[i].Name} listener: the kernel's limit of watched descriptors is reached");
            }
        }

        _isAccepting = true;
    }

    public void OnEvent(int index) => AcceptWaiting(index, AcceptsPerTurn);

    /// <summary>Tries the listeners again that descriptor exhaustion made it pause.</summary>
    public void OnTick(long timestamp)
    {
        if (_isAccepting || _closed)
        {
            return;
        }

        _spare.Refill();
        for (int i = 0; i < _listeners.Count; i++)
        {
            if (_paused[i] && Watch(i))
            {
                _paused[i] = false;
            }
        }

        _isAccepting = !_paused.Contains(true);
    }

    /// <summary>
    /// Closes the listeners when no connection is open and none waits in their queues; on the first loop's thread. False when there is one.
    /// </summary>
    public bool CloseIfIdle()
    {
        bool isEmpty = true;
        for (int i = 0; i < _listeners.Count && !_closed; i++)
        {
            isEmpty &= AcceptWaiting(i, Listener.Backlog);
        }

        if (!isEmpty || _counters.Open > 0)
        {
            return false;
        }

        Dispose();
        return true;
    }

    /// <summary>Closes the listeners; on the first loop's thread, or when it has ended.</summary>
    public void Dispose()
    {
        _closed = true;
        _isAccepting = false;
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }

        _spare.Dispose();
    }

    /// <returns>Whether nobody waits any more; false after so many, as others may come for ever.</returns>
    private unsafe bool AcceptWaiting(int index, int most)
    {
        Listener listener = _listeners[index];
        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        for (int i = 0; i < most && !_closed; i++)
        {
            uint length = SocketAddressBytes.MaxLength;
            int descriptor = Libc.Accept(listener.Descriptor, address, &length, SocketConstants.NonBlocking | SocketConstants.CloseOnExec);
            if (descriptor >= 0)
            {
                Take(index, descriptor, SocketAddressBytes.Read(new ReadOnlySpan<byte>(address, SocketAddressBytes.MaxLength)));
            }
            else if (descriptor is -Errno.ProcessDescriptors or -Errno.SystemDescriptors or -Errno.NoMemory or -Errno.NoBuffers)
            {
                // The kernel looks for a free descriptor first: it says so too when nobody waits. The spare one is risked (another thread may
                // take it while it is free) only when the loop was told that somebody does, which it is again as long as it is so.
                if (i > 0)
                {
                    return false;
                }

                int reset = ResetOne(listener);
                if (reset == -Errno.Again)
                {
                    return true;
                }

                if (reset < 0)
                {
                    Pause(index);
                    return false;
                }
            }
            else if (descriptor == -Errno.Again)
            {
                return true;
            }
        }

        return _closed;
    }

    private void Take(int index, int descriptor, IPEndPoint? client)
    {
        long now = Stopwatch.GetTimestamp();
        ListenerSettings settings = _settings[index];
        IReadOnlyList<IPEndPoint> candidates = [];
        RefusalReason? refusal = _counters.Open >= _limit ? RefusalReason.Limit : settings.Upstream.Find(descriptor, out candidates);
        if (refusal is null && client is not null && IsOwn(descriptor, client, settings.Upstream.TellsDialled ? candidates[0] : null))
        {
            refusal = RefusalReason.Loop;
        }

        if (refusal is not null || client is null)
        {
            // Counted first: who sees the reset finds it in the figures.
            _refusals.Report(refusal ?? RefusalReason.NotRedirected, client, _listeners[index].Name, _listeners[index].Local);
            Libc.Reset(descriptor);
            return;
        }

        _counters.CountAccepted();
        LeastBusyLoop().Adopt(new AcceptedConnection(++_nextId, descriptor, settings.Direction, client, candidates, now));
    }

    private bool IsOwn(int descriptor, IPEndPoint client, IPEndPoint? dialled) =>
        (dialled ?? SocketAddressBytes.OfSocket(descriptor)) is { } remote && _dials.Contains(OwnDials.Key(client, remote));

    private EventLoop LeastBusyLoop()
    {
        EventLoop least = _loops[0];
        for (int i = 1; i < _loops.Count; i++)
        {
            if (_loops[i].Connections < least.Connections)
            {
                least = _loops[i];
            }
        }

        return least;
    }

    /// <summary>Out of descriptors: uses the spare one to take a waiting connection and reset it, so that its client knows.</summary>
    /// <returns>Negative error of the kernel when there was none to take, or no spare one.</returns>
    private unsafe int ResetOne(Listener listener)
    {
        if (!_spare.Release())
        {
            return -Errno.ProcessDescriptors;
        }

        int descriptor = Libc.Accept(listener.Descriptor, null, null, SocketConstants.NonBlocking | SocketConstants.CloseOnExec);
        if (descriptor >= 0)
        {
            _refusals.Report(RefusalReason.Descriptors, client: null, listener.Name, listener.Local);
            Libc.Reset(descriptor);
        }

        _spare.Refill();
        return descriptor;
    }

    private void Pause(int index)
    {
        // A level-triggered listener would wake the loop again at once; the next tick tries again.
        _loops[0].UnwatchOther(_listeners[index].Descriptor);
        _paused[index] = true;
        _isAccepting = false;
    }

    private bool Watch(int index) => _loops[0].WatchOther(this, index, _listeners[index].Descriptor) >= 0;
}
