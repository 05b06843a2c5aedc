using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using KafkaMesh.Proxy.Transport.Posix;
using Serilog;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// One thread with one epoll instance that relays its share of the connections. Other threads reach it through
/// <see cref="Adopt"/> and <see cref="Post"/> only.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const uint RelayEvents = SocketConstants.EventIn | SocketConstants.EventOut | SocketConstants.EventReadHangUp
        | SocketConstants.EventPriority | SocketConstants.EventEdgeTriggered;

    private const ulong WakeKey = 0;

    // So that thousands that are due at once do not hold up the bytes of the others.
    private const int LooksPerTurn = 64;

    // Shorter than the second that observers are promised.
    private static readonly long s_tickInterval = Stopwatch.Frequency * 9 / 10;
    private static readonly long s_dialPatience = Stopwatch.Frequency;
    private static readonly long s_firstLook = Stopwatch.Frequency / 100;

    private readonly IRelayObserverFactory _observers;
    private readonly TransportCounters _counters;
    private readonly ILogger _log;
    private readonly EpollSet _epoll = new();
    private readonly WakeSignal _wake = new();
    private readonly RelayTable _relays = new();
    private readonly Queue<Relay> _requeued = new();
    private readonly ConcurrentQueue<AcceptedConnection> _adopted = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Queue<(Relay Relay, long Since)> _awaitingDial = new();
    private readonly LookSchedule<Relay> _lingering = new(s_firstLook, longestPause: Stopwatch.Frequency);
    private readonly Thread _thread;
    private readonly long _lingerTime;
    private ILoopEvents? _other;
    private long _lastTick = Stopwatch.GetTimestamp();
    private int _connections;
    private bool _stopping;

    /// <param name="index">Position among the loops.</param>
    /// <param name="observers">Makes the observers of its connections.</param>
    /// <param name="counters">Where connections are counted.</param>
    /// <param name="dials">Where its connections to brokers are noted.</param>
    /// <param name="buffers">Its memory, owned by the loop from now on.</param>
    /// <param name="settings">How long the other side of a connection that failed may take what is on its way; keep-alive.</param>
    /// <param name="log">Told of failures.</param>
    public EventLoop(
        int index, IRelayObserverFactory observers, TransportCounters counters, OwnDials dials, LoopBuffers buffers, RelayServerSettings settings, ILogger log)
    {
        Index = index;
        _observers = observers;
        _counters = counters;
        _log = log;
        Dials = dials;
        Buffers = buffers;
        KeepAlive = settings.KeepAlive;
        ConnectMilliseconds = (int)settings.ConnectTimeout.TotalMilliseconds;
        _lingerTime = (long)(settings.LingerTime.TotalSeconds * Stopwatch.Frequency);
        _ = _epoll.Add(_wake.Descriptor, SocketConstants.EventIn, WakeKey);
        _thread = new Thread(Run) { Name = $"relay-{index}", IsBackground = true };
    }

    /// <summary>Position among the loops.</summary>
    public int Index { get; }

    /// <summary>Receive buffer and stash account.</summary>
    public LoopBuffers Buffers { get; }

    /// <summary>Of connections to brokers.</summary>
    public KeepAlive KeepAlive { get; }

    /// <summary>How long an address of a broker may take to accept; 0: as long as the kernel asks.</summary>
    public int ConnectMilliseconds { get; }

    /// <summary>Connections to brokers, of all loops.</summary>
    public OwnDials Dials { get; }

    /// <summary>Connections that this loop relays or was handed.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>When the loop last came round, in <see cref="Stopwatch"/> ticks; at least once a second in a healthy one.</summary>
    public long LastTick => Volatile.Read(ref _lastTick);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Hands a connection to this loop; from any thread. The caller has counted it in <see cref="TransportCounters.Open"/>.</summary>
    public void Adopt(in AcceptedConnection accepted)
    {
        Interlocked.Increment(ref _connections);
        if (Thread.CurrentThread == _thread)
        {
            OpenRelay(accepted);
            return;
        }

        _adopted.Enqueue(accepted);
        _wake.Set();
    }

    /// <summary>Runs an action on the loop's thread, soon; from any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _wake.Set();
    }

    /// <summary>Runs the observers' tick now; on the loop's thread.</summary>
    public void Tick()
    {
        long now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _lastTick, now);
        _other?.OnTick(now);
        while (_awaitingDial.TryPeek(out (Relay Relay, long Since) oldest) && now - oldest.Since >= s_dialPatience)
        {
            _awaitingDial.Dequeue().Relay.AbandonDial();
        }

        if (Buffers.Pipes.OnTick() && Buffers.Pipes.Refusals == 1)
        {
            _log.Information(
                "The system gives event loop {Loop} no pipe to splice through (fs.pipe-user-pages-soft, ulimit -n): long runs are copied until it does. "
                + "Further refusals are only counted",
                Index);
        }

        try
        {
            _observers.OnTick(Index, now);
        }
        catch (Exception e)
        {
            ReportObserverFailure(e);
        }
    }

    /// <summary>Watches descriptors that are not relayed connections, level-triggered; before <see cref="Start"/> or on the loop's thread.</summary>
    public int WatchOther(ILoopEvents owner, int index, int descriptor)
    {
        _other = owner;
        return _epoll.Add(descriptor, SocketConstants.EventIn, 1 + (ulong)index);
    }

    /// <summary>Stops watching a descriptor of <see cref="WatchOther"/>.</summary>
    public void UnwatchOther(int descriptor) => _epoll.Remove(descriptor);

    /// <summary>Watches a socket of a relayed connection; 0, or the negated error number.</summary>
    public int Watch(int descriptor, ulong key) => _epoll.Add(descriptor, RelayEvents, key);

    /// <summary>Gives the connection another turn after the others.</summary>
    public void Requeue(Relay relay)
    {
        if (!relay.IsQueued)
        {
            relay.IsQueued = true;
            _requeued.Enqueue(relay);
        }
    }

    /// <summary>Has a look at a connection now and then: the kernel tells no event when a peer has acknowledged everything.</summary>
    public void Linger(Relay relay)
    {
        long now = Stopwatch.GetTimestamp();
        _lingering.Add(relay, now, now + _lingerTime);
    }

    /// <summary>
    /// Has the dial of a connection abandoned unless it ends soon: its client ended without having sent anything. That is how one leaves; but it may also wait for
    /// a greeting, which a broker that answers within that time gives it.
    /// </summary>
    public void AwaitDial(Relay relay) => _awaitingDial.Enqueue((relay, Stopwatch.GetTimestamp()));

    /// <summary>Makes the observer of a connection; null when the factory failed, which harms no bytes.</summary>
    public IRelayObserver? Observe(in RelayConnection connection)
    {
        try
        {
            return _observers.Create(connection);
        }
        catch (Exception e)
        {
            ReportObserverFailure(e);
            return null;
        }
    }

    /// <summary>Says that an observer threw: a defect of this program that costs figures, never bytes.</summary>
    public void ReportObserverFailure(Exception e)
    {
        if (_counters.CountObserverFailure() == 1)
        {
            _log.Error(e, "An observer failed; its connection is relayed on without figures. Further failures are only counted");
        }
    }

    /// <summary>Counts a connection that was accepted but found no descriptor for its broker.</summary>
    public void ReportNoDescriptor(IPEndPoint client)
    {
        if (_counters.CountRefused(RefusalReason.Descriptors) == 1)
        {
            _log.Warning("Reset a connection from {Client}: no descriptor is left to connect to its broker (ulimit -n). Further ones are only counted", client);
        }
    }

    /// <summary>Counts a broker's address that could not be reached, by the kernel's error number.</summary>
    public void ReportConnectError(int number) => _counters.CountConnectFailed(number switch
    {
        Errno.ConnectionRefused => ConnectError.Refused,
        Errno.TimedOut => ConnectError.TimedOut,
        Errno.HostUnreachable or Errno.NetworkUnreachable => ConnectError.Unreachable,
        _ => ConnectError.Other,
    });

    /// <summary>Drops a closed connection.</summary>
    public void Forget(Relay relay)
    {
        _relays.Remove(relay);
        Interlocked.Decrement(ref _connections);
        _counters.CountClosed();
    }

    /// <summary>Resets every connection and stops; from any thread. Returns when the thread has ended.</summary>
    public void Dispose()
    {
        Post(() => _stopping = true);
        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
        {
            Shut();
        }
        else
        {
            _thread.Join();
        }

        _epoll.Dispose();
        _wake.Dispose();
        Buffers.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            int count = _epoll.Wait(WaitMilliseconds());
            for (int i = 0; i < count; i++)
            {
                Dispatch(_epoll.KeyAt(i), _epoll.EventsAt(i));
            }

            // Only those queued before this round: one that yields again waits for the sockets' turn.
            for (int left = _requeued.Count; left > 0; left--)
            {
                Relay relay = _requeued.Dequeue();
                relay.IsQueued = false;
                relay.Pump();
            }

            if (_lingering.Next != long.MaxValue)
            {
                LookAtLingering(Stopwatch.GetTimestamp());
            }

            if (Stopwatch.GetTimestamp() - _lastTick >= s_tickInterval)
            {
                Tick();
            }
        }

        Shut();
    }

    private int WaitMilliseconds()
    {
        if (_requeued.Count > 0)
        {
            return 0;
        }

        long left = Math.Min(_lastTick + s_tickInterval, _lingering.Next) - Stopwatch.GetTimestamp();
        return left <= 0 ? 0 : (int)(left * 1000 / Stopwatch.Frequency) + 1;
    }

    private void LookAtLingering(long now)
    {
        for (int looks = 0; looks < LooksPerTurn && _lingering.TryTake(now, out LookSchedule<Relay>.Entry due); looks++)
        {
            if (!due.Item.Look(isOver: now >= due.Until))
            {
                _lingering.Again(due, now);
            }
        }
    }

    private void Dispatch(ulong key, uint events)
    {
        if (key >> 32 != 0)
        {
            _relays.Find(key)?.OnEvent(RelayTable.IsBroker(key), events);
        }
        else if (key == WakeKey)
        {
            _wake.Clear();
            TakeWork();
        }
        else
        {
            _other?.OnEvent((int)key - 1);
        }
    }

    private void TakeWork()
    {
        while (_adopted.TryDequeue(out AcceptedConnection accepted))
        {
            OpenRelay(accepted);
        }

        while (_posted.TryDequeue(out Action? action))
        {
            action();
        }
    }

    private void OpenRelay(in AcceptedConnection accepted)
    {
        var relay = new Relay(this, accepted);
        _relays.Add(relay);
        relay.Open();
    }

    private void Shut()
    {
        TakeWork();
        _relays.CloseAll(RelayEnd.Aborted);
        Tick();
    }
}
