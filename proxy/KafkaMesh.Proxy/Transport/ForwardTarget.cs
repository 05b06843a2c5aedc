using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using Serilog;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// Forward mode: a fixed address, or a host name whose addresses are looked up in the background, so that no connection waits for DNS on a loop.
/// The last known addresses stay in use while a look-up fails.
/// </summary>
internal sealed class ForwardTarget : IUpstream, IAsyncDisposable
{
    private static readonly TimeSpan s_firstLookUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(1);

    private readonly string _host;
    private readonly int _port;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _disposed = new();
    private volatile IPEndPoint[] _addresses = [];
    private Task _refreshing = Task.CompletedTask;
    private bool _failed;

    /// <param name="target">Address or host name, and port.</param>
    /// <param name="clock">Paces the look-ups.</param>
    /// <param name="log">Told when a name stops or starts to resolve.</param>
    public ForwardTarget(HostAndPort target, TimeProvider clock, ILogger log)
    {
        _host = target.Host;
        _port = target.Port;
        _clock = clock;
        _log = log;
        if (HostAndPort.TryParseAddress(_host, out IPAddress address))
        {
            _addresses = [new IPEndPoint(address, _port)];
        }
    }

    /// <summary>
    /// Looks the name up and keeps it fresh from then on. Returns after the first look-up, or sooner when DNS is slow: the target may also appear later.
    /// </summary>
    public async Task StartAsync()
    {
        if (_addresses.Length == 0)
        {
            var first = new TaskCompletionSource();
            _refreshing = RefreshAsync(first);
            await Task.WhenAny(first.Task, Task.Delay(s_firstLookUp, _clock, _disposed.Token));
        }
    }

    public RefusalReason? Find(int clientDescriptor, out IReadOnlyList<IPEndPoint> candidates)
    {
        IPEndPoint[] addresses = _addresses;
        candidates = addresses;
        return addresses.Length == 0 ? RefusalReason.Unresolved : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _refreshing;
        _disposed.Dispose();
    }

    private async Task RefreshAsync(TaskCompletionSource first)
    {
        try
        {
            while (true)
            {
                await LookUpAsync();
                first.TrySetResult();
                await Task.Delay(_addresses.Length == 0 ? s_retryInterval : s_refreshInterval, _clock, _disposed.Token);
            }
        }
        catch (OperationCanceledException)
        {
            first.TrySetResult(); // The target was disposed.
        }
    }

    private async Task LookUpAsync()
    {
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(_host, _disposed.Token);
            _addresses = [.. found.Select(address => new IPEndPoint(address, _port))];
            if (_failed)
            {
                _log.Information("Forward target {Host} has an address again", _host);
            }

            _failed = false;
        }
        catch (SocketException e)
        {
            if (!_failed)
            {
                _log.Warning("Forward target {Host} has no address: {Reason}. Its connections are reset until it has one", _host, e.Message);
            }

            _failed = true;
        }
    }
}
