using System.Diagnostics;
using System.Net;
using Serilog;

namespace KafkaMesh.Proxy.Transport;

/// <summary>The transport on epoll: listeners, loops and their life. Any thread may call it.</summary>
internal sealed class RelayServer : IRelayServer
{
    private static readonly TimeSpan s_loopAnswer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_loopStuck = TimeSpan.FromSeconds(10);

    private readonly Listener[] _listeners;
    private readonly EventLoop[] _loops;
    private readonly Acceptor _acceptor;
    private bool _disposed;

    /// <summary>Opens the listeners; nothing is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="IOException">
    /// A listener cannot be opened, or the descriptor limit does not allow one connection; the message is for the user.
    /// </exception>
    public RelayServer(RelayServerSettings settings, IRelayObserverFactory observers, ILogger log)
    {
        _listeners = OpenAll(settings);
        int pipes = Math.Min(settings.Pipes, ConnectionLimit.PipesPerLoop(settings.Loops));
        long stashBudget = settings.StashBudget / settings.Loops;
        var dials = new OwnDials();
        _loops = new EventLoop[settings.Loops];
        for (int i = 0; i < _loops.Length; i++)
        {
            _loops[i] = new EventLoop(i, observers, Counters, dials, new LoopBuffers(stashBudget, pipes), settings, log);
        }

        Limit = ConnectionLimit.Compute(settings.MaxConnections, pipes * settings.Loops);
        _acceptor = new Acceptor(settings.Listeners, _listeners, _loops, Limit, Counters, dials, log);
        if (Limit > 0)
        {
            return;
        }

        Dispose();
        throw new IOException("the descriptor limit of this process (ulimit -n) leaves room for no connection: raise it to at least 128");
    }

    public TransportCounters Counters { get; } = new();

    public int Limit { get; }

    public IReadOnlyList<IPEndPoint> LocalAddresses => Array.ConvertAll(_listeners, listener => listener.Local);

    public long StashedBytes => _loops.Sum(loop => loop.Buffers.Stashed);

    public long SplicedBytes => _loops.Sum(loop => loop.Buffers.Pipes.Spliced);

    public long SpliceRefusals => _loops.Sum(loop => loop.Buffers.Pipes.Refusals);

    public void Start()
    {
        _acceptor.Open();
        foreach (EventLoop loop in _loops)
        {
            loop.Start();
        }
    }

    public string? WhyNotReady() => _acceptor.IsAccepting ? null : "the listeners do not accept connections";

    public string? WhyNotLive()
    {
        foreach (EventLoop loop in _loops)
        {
            TimeSpan silent = Stopwatch.GetElapsedTime(loop.LastTick);
            if (silent > s_loopStuck)
            {
                return $"event loop {loop.Index} has not come round for {(int)silent.TotalSeconds} s";
            }
        }

        return null;
    }

    public bool CloseIfIdle()
    {
        bool closed = false;
        return Run(_loops[0], () => closed = _acceptor.CloseIfIdle()) && closed && _loops.All(loop => Run(loop, loop.Tick));
    }

    /// <summary>Closes the listeners, resets what is still relayed and ends the loops.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        // The accepting loop ends first: after it nobody hands the others a connection.
        _loops[0].Post(_acceptor.Dispose);
        _loops[0].Dispose();
        foreach (EventLoop loop in _loops.AsSpan(1))
        {
            loop.Dispose();
        }
    }

    private static Listener[] OpenAll(RelayServerSettings settings)
    {
        var opened = new List<Listener>();
        try
        {
            foreach (ListenerSettings listener in settings.Listeners)
            {
                opened.Add(Listener.Open(listener.Name, listener.Address, settings.KeepAlive));
            }

            return [.. opened];
        }
        catch (IOException)
        {
            opened.ForEach(listener => listener.Dispose());
            throw;
        }
    }

    private static bool Run(EventLoop loop, Action action)
    {
        var done = new ManualResetEventSlim();
        loop.Post(() =>
        {
            action();
            done.Set();
        });
        return done.Wait(s_loopAnswer);
    }
}
