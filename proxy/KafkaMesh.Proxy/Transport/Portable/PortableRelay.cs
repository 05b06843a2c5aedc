using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Transport.Portable;

/// <summary>One connection of the portable transport: two pumps, each reading only when what it read before was sent.</summary>
internal sealed class PortableRelay(
    Socket client, RelayConnection connection, IReadOnlyList<IPEndPoint> candidates, TransportCounters counters, OwnDials dials, KeepAlive keepAlive, TimeSpan connectTimeout) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(250);

    // A client that ended without a word may also wait for a greeting, which a broker that answers within that time gives it.
    private static readonly TimeSpan s_dialPatience = TimeSpan.FromSeconds(1);

    private Socket? _broker;
    private ulong _dial;
    private IRelayObserver? _observer;
    private Action<Exception> _reportFailure = _ => { };
    private volatile bool _aborted;
    private bool _clientLeft;

    /// <summary>The peer's address, an IPv4 one mapped into IPv6 as IPv4; null when the peer is gone already.</summary>
    public static IPEndPoint? AddressOf(Socket socket)
    {
        try
        {
            var address = (IPEndPoint)socket.RemoteEndPoint!;
            return address.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(address.Address.MapToIPv4(), address.Port) : address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Closes a socket: in order, or with a reset for its peer.</summary>
    public static void Close(Socket? socket, bool reset)
    {
        try
        {
            if (reset && socket is not null)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        socket?.Dispose();
    }

    /// <summary>Connects, relays until both ways have ended or one failed, and closes; on the loop's scheduler.</summary>
    public async Task RunAsync(IRelayObserverFactory observers, Action<Exception> reportFailure)
    {
        _reportFailure = reportFailure;
        IPEndPoint? reached = await ConnectAsync();
        Guard(() => _observer = observers.Create(connection with { Broker = reached ?? candidates[^1] }));
        RelayEnd end = reached is null ? _clientLeft ? RelayEnd.ClientReset : RelayEnd.ConnectFailed : await RelayAsync();
        end = _aborted ? RelayEnd.Aborted : end;
        Close(client, end != RelayEnd.Closed);
        Close(_broker, end != RelayEnd.Closed);
        dials.Remove(_dial);
        Guard(() => _observer?.OnClosed(end, Stopwatch.GetTimestamp()));
    }

    /// <summary>Ends the connection by a reset for both peers; from any thread.</summary>
    public void Dispose()
    {
        _aborted = true;
        Close(client, reset: true);
        Close(_broker, reset: true);
    }

    private async Task<IPEndPoint?> ConnectAsync()
    {
        SetOptions(client);
        foreach (IPEndPoint candidate in candidates)
        {
            _broker = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                SetOptions(_broker);
                using var limit = new CancellationTokenSource(connectTimeout > TimeSpan.Zero ? connectTimeout : Timeout.InfiniteTimeSpan);
                await DialAsync(_broker, candidate, limit);
                if (OwnDials.IsConnectedToItself((IPEndPoint)_broker.LocalEndPoint!, candidate))
                {
                    throw new SocketException((int)SocketError.ConnectionRefused);
                }

                _dial = OwnDials.Key((IPEndPoint)_broker.LocalEndPoint!, candidate);
                dials.Add(_dial);
                return candidate;
            }
            catch (SocketException e)
            {
                counters.CountConnectFailed(e.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => ConnectError.Refused,
                    SocketError.TimedOut => ConnectError.TimedOut,
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => ConnectError.Unreachable,
                    _ => ConnectError.Other,
                });
                _broker.Dispose();
            }
            catch (OperationCanceledException) when (_clientLeft)
            {
                return null;
            }
            catch (OperationCanceledException)
            {
                counters.CountConnectFailed(ConnectError.TimedOut);
                _broker.Dispose();
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
        }

        return null;
    }

    private async Task DialAsync(Socket broker, IPEndPoint candidate, CancellationTokenSource limit)
    {
        Task dial = broker.ConnectAsync(candidate, limit.Token).AsTask();
        long start = Stopwatch.GetTimestamp();
        while (!dial.IsCompleted)
        {
            using var glance = new CancellationTokenSource();
            _ = await Task.WhenAny(dial, Task.Delay(s_glance, glance.Token));
            await glance.CancelAsync();
            if (!dial.IsCompleted && HasClientLeft(mayListen: Stopwatch.GetElapsedTime(start) < s_dialPatience))
            {
                _clientLeft = true;
                await limit.CancelAsync();
                break;
            }
        }

        await dial;
    }

    private bool HasClientLeft(bool mayListen)
    {
        try
        {
            return (int)client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0
                || (!mayListen && client.Poll(0, SelectMode.SelectRead) && client.Available == 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private void SetOptions(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
        SetUnlessZero(SocketOptionName.TcpKeepAliveTime, keepAlive.IdleSeconds);
        SetUnlessZero(SocketOptionName.TcpKeepAliveInterval, keepAlive.IntervalSeconds);
        SetUnlessZero(SocketOptionName.TcpKeepAliveRetryCount, keepAlive.Count);

        void SetUnlessZero(SocketOptionName option, int value)
        {
            if (value > 0)
            {
                socket.SetSocketOption(SocketOptionLevel.Tcp, option, value);
            }
        }
    }

    private async Task<RelayEnd> RelayAsync()
    {
        Task<PumpResult> requests = PumpAsync(RelayFlow.Request, client, _broker!);
        Task<PumpResult> responses = PumpAsync(RelayFlow.Response, _broker!, client);
        Task<PumpResult> first = await Task.WhenAny(requests, responses);
        PumpResult result = await first;
        if (result == PumpResult.Ended)
        {
            first = first == requests ? responses : requests;
            result = await first;
        }

        RelayEnd end = (result, first == requests) switch
        {
            (PumpResult.Ended, _) => RelayEnd.Closed,
            (PumpResult.SourceFailed, true) or (PumpResult.SinkFailed, false) => RelayEnd.ClientReset,
            _ => RelayEnd.BrokerReset,
        };
        if (end != RelayEnd.Closed)
        {
            Close(client, reset: true);
            Close(_broker, reset: true);
            await Task.WhenAll(requests, responses);
        }

        return end;
    }

    private async Task<PumpResult> PumpAsync(RelayFlow flow, Socket source, Socket sink)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var result = PumpResult.SourceFailed;
        try
        {
            while (true)
            {
                result = PumpResult.SourceFailed;
                int length = await source.ReceiveAsync(buffer);
                long readAt = Stopwatch.GetTimestamp();
                result = PumpResult.SinkFailed;
                if (length == 0)
                {
                    sink.Shutdown(SocketShutdown.Send);
                    Guard(() => _observer?.OnHalfClosed(flow, readAt));
                    return PumpResult.Ended;
                }

                for (int sent = 0; sent < length;)
                {
                    sent += await sink.SendAsync(buffer.AsMemory(sent, length - sent));
                }

                Guard(() => _observer?.OnBytes(flow, buffer.AsSpan(0, length), readAt, Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>An observer that throws is let go; the bytes flow on.</summary>
    private void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e)
        {
            _observer = null;
            _reportFailure(e);
        }
    }
}
