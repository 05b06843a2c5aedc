using System.Diagnostics;
using System.Net;
using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Posix;
using Serilog;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// A small HTTP/1.1 server on a thread of its own. Everything a client can make it hold is bounded: connections, bytes of a request, time. The relay
/// shares nothing with it but the counters.
/// </summary>
internal sealed class AdminServer : IDisposable
{
    private const ulong WakeKey = 0;
    private const ulong ListenerKey = 1;
    private const ulong FirstConnectionKey = 2;
    private const int LookMilliseconds = 100;
    private const int TickMilliseconds = 1000;

    private readonly AdminSettings _settings;
    private readonly AdminEndpoints _endpoints;
    private readonly IAdminState _state;
    private readonly Listener _listener;
    private readonly EpollSet _epoll = new();
    private readonly WakeSignal _wake = new();
    private readonly Dictionary<ulong, AdminConnection> _connections = [];
    private readonly List<ulong> _expired = [];
    private readonly SpareDescriptor _spare = new();
    private readonly Thread _thread;
    private ulong _nextKey = FirstConnectionKey;
    private long _pausedAt;
    private bool _isPaused;
    private volatile bool _stopping;

    /// <summary>Opens the port and starts to serve.</summary>
    /// <exception cref="IOException">The address cannot be listened on; the message names it.</exception>
    public AdminServer(
        AdminSettings settings, IAdminContent content, ILiveView view, IAdminState state, AccessPolicy access, ILogger log, TimeProvider? time = null)
    {
        _settings = settings;
        _state = state;
        _endpoints = new AdminEndpoints(content, view, state, access, new ProbedPorts(settings.ProbePorts), time ?? TimeProvider.System, log);
        _listener = Listener.Open("admin", settings.Address);
        _ = _epoll.Add(_wake.Descriptor, SocketConstants.EventIn, WakeKey);
        _ = _epoll.Add(_listener.Descriptor, SocketConstants.EventIn, ListenerKey);
        _thread = new Thread(Run) { Name = "admin", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint LocalAddress => _listener.Local;

    /// <summary>Closes the port and every connection.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        foreach (AdminConnection connection in _connections.Values)
        {
            connection.Dispose();
        }

        _listener.Dispose();
        _spare.Dispose();
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            int count = _epoll.Wait(WaitMilliseconds());
            for (int i = 0; i < count; i++)
            {
                ulong key = _epoll.KeyAt(i);
                if (key == ListenerKey)
                {
                    AcceptOne();
                }
                else if (_connections.TryGetValue(key, out AdminConnection? connection) && !connection.Advance())
                {
                    Drop(key);
                }
            }

            GoOnAccepting();
            LookAtWaiting();
            DropExpired();
            DropHoarders();
        }
    }

    private int WaitMilliseconds()
    {
        foreach (AdminConnection connection in _connections.Values)
        {
            if (connection.NeedsLooks)
            {
                return LookMilliseconds;
            }
        }

        return _connections.Count == 0 && !_isPaused ? -1 : TickMilliseconds;
    }

    // The loops wake nobody: what a tap brings is fetched. A dial within the pod has ended at once unless the application is stuck.
    private void LookAtWaiting()
    {
        foreach ((ulong key, AdminConnection connection) in _connections)
        {
            if (connection.NeedsLooks && !connection.Advance())
            {
                _expired.Add(key);
            }
        }

        DropListed();
    }

    /// <summary>Readers that are slow to take long answers hold no more than the budget together: those who began first go.</summary>
    private void DropHoarders()
    {
        while (_connections.Count > 1 && _connections.Values.Sum(connection => (long)connection.HeldBytes) > _settings.AnswerBudget)
        {
            Drop(_connections.Where(entry => entry.Value.HeldBytes > 0).MinBy(entry => entry.Key).Key);
        }
    }

    private unsafe void AcceptOne()
    {
        if (_connections.Count >= _settings.MaxConnections && !DropLongestWaiting())
        {
            DropOldest();
        }

        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        uint length = SocketAddressBytes.MaxLength;
        int descriptor = Libc.Accept(_listener.Descriptor, address, &length, SocketConstants.NonBlocking | SocketConstants.CloseOnExec);
        if (descriptor < 0)
        {
            MakeRoom(descriptor);
            return;
        }

        ulong key = _nextKey++;
        const uint events = SocketConstants.EventIn | SocketConstants.EventOut | SocketConstants.EventReadHangUp | SocketConstants.EventEdgeTriggered;
        IPAddress? caller = SocketAddressBytes.Read(new ReadOnlySpan<byte>(address, SocketAddressBytes.MaxLength))?.Address;
        _connections.Add(key, new AdminConnection(descriptor, caller, _endpoints, _state, _settings));
        if (_epoll.Add(descriptor, events, key) < 0)
        {
            Drop(key);
        }
    }

    /// <summary>
    /// The listener is level-triggered, and tells of a caller that cannot be taken again at once: the spare descriptor is given to it, or one of the others makes
    /// room. When there is neither, or no memory, nothing can be done but to wait.
    /// </summary>
    private void MakeRoom(int error)
    {
        if (error is not (-Errno.ProcessDescriptors or -Errno.SystemDescriptors or -Errno.NoMemory or -Errno.NoBuffers))
        {
            return;
        }

        bool isDescriptor = error is -Errno.ProcessDescriptors or -Errno.SystemDescriptors;
        if (isDescriptor && _spare.Release())
        {
            return;
        }

        if (isDescriptor && _connections.Count > 0)
        {
            DropOldest();
            return;
        }

        _epoll.Remove(_listener.Descriptor);
        _pausedAt = Stopwatch.GetTimestamp();
        _isPaused = true;
    }

    private void GoOnAccepting()
    {
        if (!_isPaused || Stopwatch.GetElapsedTime(_pausedAt).TotalMilliseconds < TickMilliseconds)
        {
            return;
        }

        _spare.Refill();
        _pausedAt = Stopwatch.GetTimestamp();
        _isPaused = _epoll.Add(_listener.Descriptor, SocketConstants.EventIn, ListenerKey) < 0;
    }

    private bool DropLongestWaiting()
    {
        ulong longest = 0;
        foreach ((ulong key, AdminConnection connection) in _connections)
        {
            if (connection.IsWaiting && (longest == 0 || connection.Deadline < _connections[longest].Deadline))
            {
                longest = key;
            }
        }

        if (longest != 0)
        {
            Drop(longest);
        }

        return longest != 0;
    }

    private void DropOldest()
    {
        if (_connections.Count > 0)
        {
            Drop(_connections.Keys.Min());
        }
    }

    private void DropExpired()
    {
        long now = Stopwatch.GetTimestamp();
        foreach ((ulong key, AdminConnection connection) in _connections)
        {
            if (connection.Deadline <= now)
            {
                connection.Expire();
                _expired.Add(key);
            }
        }

        DropListed();
    }

    private void DropListed()
    {
        foreach (ulong key in _expired)
        {
            Drop(key);
        }

        _expired.Clear();
    }

    private void Drop(ulong key)
    {
        if (_connections.Remove(key, out AdminConnection? connection))
        {
            connection.Dispose();
            _spare.Refill();
        }
    }
}
