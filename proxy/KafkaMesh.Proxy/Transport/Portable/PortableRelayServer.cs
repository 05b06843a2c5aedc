using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Serilog;

namespace KafkaMesh.Proxy.Transport.Portable;

/// <summary>
/// The transport on .NET's own sockets, for development where there is no epoll: the same behaviour at several times the CPU time and memory, and without a
/// way to ask for a redirected connection's destination outside Linux. Each loop is a scheduler that runs one piece of work at a time, which is what observers
/// are promised.
/// </summary>
internal sealed class PortableRelayServer : IRelayServer
{
    private const int Backlog = 4096;

    private static readonly TimeSpan s_tickInterval = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan s_loopAnswer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(100);

    private readonly RelayServerSettings _settings;
    private readonly IRelayObserverFactory _observers;
    private readonly OwnDials _dials = new();
    private readonly RefusalLog _refusals;
    private readonly ILogger _log;
    private readonly List<Socket> _listeners = [];
    private readonly TaskFactory[] _loops;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<PortableRelay> _relays = [];
    private long _nextId;
    private bool _closed;

    /// <summary>Opens the listeners; nothing is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="IOException">A listener cannot be opened; the message is for the user.</exception>
    public PortableRelayServer(RelayServerSettings settings, IRelayObserverFactory observers, ILogger log)
    {
        _settings = settings;
        _observers = observers;
        _log = log;
        _refusals = new RefusalLog(Counters, log);
        _loops = [.. Enumerable.Range(0, settings.Loops).Select(_ => new TaskFactory(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler))];
        foreach (ListenerSettings listener in settings.Listeners)
        {
            _listeners.Add(Open(listener));
        }

        LocalAddresses = [.. _listeners.Select(listener => (IPEndPoint)listener.LocalEndPoint!)];
    }

    public TransportCounters Counters { get; } = new();

    public int Limit => _settings.MaxConnections;

    public IReadOnlyList<IPEndPoint> LocalAddresses { get; }

    /// <summary>Always 0: a slow receiver's bytes wait in the buffer they were read into.</summary>
    public long StashedBytes => 0;

    /// <summary>Always 0: everything is copied.</summary>
    public long SplicedBytes => 0;

    /// <summary>Always 0.</summary>
    public long SpliceRefusals => 0;

    public void Start()
    {
        for (int i = 0; i < _listeners.Count; i++)
        {
            int index = i;
            _ = _loops[0].StartNew(() => AcceptAsync(index)).Unwrap();
        }

        for (int i = 0; i < _loops.Length; i++)
        {
            int index = i;
            _ = _loops[i].StartNew(() => TickAsync(index)).Unwrap();
        }
    }

    public string? WhyNotReady() => Volatile.Read(ref _closed) ? "the listeners do not accept connections" : null;

    public string? WhyNotLive() => null;

    public bool CloseIfIdle()
    {
        bool closed = false;
        return Run(0, () => closed = CloseListenersIfIdle()) && closed
            && Enumerable.Range(0, _loops.Length).All(i => Run(i, () => _observers.OnTick(i, Stopwatch.GetTimestamp())));
    }

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        CloseListeners();
        PortableRelay[] open;
        lock (_relays)
        {
            open = [.. _relays];
        }

        foreach (PortableRelay relay in open)
        {
            relay.Dispose();
        }

        _ = SpinWait.SpinUntil(() => Counters.Open == 0, s_loopAnswer);
        for (int i = 0; i < _loops.Length; i++)
        {
            int index = i;
            _ = Run(index, () => _observers.OnTick(index, Stopwatch.GetTimestamp()));
        }
    }

    private Socket Open(ListenerSettings settings)
    {
        var listener = new Socket(settings.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (settings.Address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                listener.DualMode = settings.Address.Address.Equals(IPAddress.IPv6Any);
            }

            listener.Bind(settings.Address);
            listener.Listen(Backlog);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            CloseListeners();
            throw new IOException($"cannot listen on {settings.Address} ({settings.Name}): {e.Message}", e);
        }
    }

    private async Task AcceptAsync(int index)
    {
        while (!Volatile.Read(ref _closed))
        {
            try
            {
                Take(index, await _listeners[index].AcceptAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (!Volatile.Read(ref _closed))
            {
                _refusals.Report(RefusalReason.Descriptors, client: null, _settings.Listeners[index].Name, LocalAddresses[index]);
                await Task.Delay(s_acceptPause);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private void Take(int index, Socket client)
    {
        ListenerSettings settings = _settings.Listeners[index];
        IReadOnlyList<IPEndPoint> candidates = [];
        IPEndPoint? address = PortableRelay.AddressOf(client);
        RefusalReason? refusal = Counters.Open >= Limit ? RefusalReason.Limit : settings.Upstream.Find((int)client.Handle, out candidates);
        if (refusal is null && address is not null && _dials.Contains(OwnDials.Key(address, settings.Upstream.TellsDialled ? candidates[0] : (IPEndPoint)client.LocalEndPoint!)))
        {
            refusal = RefusalReason.Loop;
        }

        if (refusal is not null || address is null)
        {
            _refusals.Report(refusal ?? RefusalReason.NotRedirected, address, settings.Name, LocalAddresses[index]);
            PortableRelay.Close(client, reset: true);
            return;
        }

        Counters.CountAccepted();
        int loop = (int)(++_nextId % _loops.Length);
        var relay = new PortableRelay(
            client, new RelayConnection(_nextId, settings.Direction, address, candidates[0], loop, Stopwatch.GetTimestamp()), candidates, Counters, _dials, _settings.KeepAlive, _settings.ConnectTimeout);
        lock (_relays)
        {
            _relays.Add(relay);
        }

        _ = _loops[loop].StartNew(() => RelayAsync(relay)).Unwrap();
    }

    private async Task RelayAsync(PortableRelay relay)
    {
        await relay.RunAsync(_observers, ReportObserverFailure);
        lock (_relays)
        {
            _relays.Remove(relay);
        }

        Counters.CountClosed();
    }

    private void ReportObserverFailure(Exception e)
    {
        if (Counters.CountObserverFailure() == 1)
        {
            _log.Error(e, "An observer failed; its connection is relayed on without figures. Further failures are only counted");
        }
    }

    private async Task TickAsync(int loop)
    {
        using var timer = new PeriodicTimer(s_tickInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _observers.OnTick(loop, Stopwatch.GetTimestamp());
            }
        }
        catch (OperationCanceledException)
        {
            // The server was disposed.
        }
    }

    private bool CloseListenersIfIdle()
    {
        if (Counters.Open > 0 || (!_closed && _listeners.Exists(listener => listener.Poll(0, SelectMode.SelectRead))))
        {
            return false;
        }

        CloseListeners();
        return true;
    }

    private void CloseListeners()
    {
        Volatile.Write(ref _closed, true);
        _listeners.ForEach(listener => listener.Dispose());
    }

    private bool Run(int loop, Action action) => _loops[loop].StartNew(action).Wait(s_loopAnswer);
}
