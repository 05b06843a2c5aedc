using System.Diagnostics;
using System.Net;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// One relayed connection, owned by one loop thread.
/// <code>
///  accepted ─▶ connecting ─▶ relaying ─▶ closed in order       both ends of stream passed on
///               │ │   ▲          └─────▶ lingering ─▶ reset     one side failed: what it had sent goes on, then RST
///               │ ├───┘                                         next address of the target
///               │ └─▶ ConnectFailed                             none is left: RST to the client
///               └───▶ ClientReset                               the client left: nobody is dialled for it any more
/// </code>
/// </summary>
internal sealed class Relay
{
    private readonly EventLoop _loop;
    private readonly AcceptedConnection _accepted;
    private readonly RelaySide _client = new();
    private readonly RelaySide _broker = new();
    private readonly RelayPath _requests;
    private readonly RelayPath _responses;
    private IRelayObserver? _observer;
    private ulong _dial;
    private int _candidate = -1;
    private bool _connected;
    private bool _clientEnded;
    private bool _lingers;
    private bool _observed;
    private bool _closed;

    public Relay(EventLoop loop, in AcceptedConnection accepted)
    {
        _loop = loop;
        _accepted = accepted;
        _client.Descriptor = accepted.Descriptor;
        _requests = new RelayPath(this, RelayFlow.Request, _client, _broker);
        _responses = new RelayPath(this, RelayFlow.Response, _broker, _client);
    }

    /// <summary>Place in the loop's <see cref="RelayTable"/>.</summary>
    public int Slot { get; set; }

    /// <summary>Tells this connection from earlier ones in the same slot; never 0.</summary>
    public uint Generation { get; set; }

    /// <summary>The loop will give it another turn.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Watches the client and begins to connect.</summary>
    public void Open()
    {
        if (_loop.Watch(_client.Descriptor, RelayTable.Key(this, isBroker: false)) < 0)
        {
            Close(RelayEnd.Aborted);
            return;
        }

        ConnectNext();
    }

    /// <summary>Takes an event of one of the two sockets.</summary>
    public void OnEvent(bool isBroker, uint events)
    {
        (isBroker ? _broker : _client).Note(events);
        if (_connected)
        {
            Pump();
        }
        else if (_client.Failed)
        {
            Close(RelayEnd.ClientReset);
        }
        else if (isBroker)
        {
            FinishConnect();
        }
        else if (_client.MustDrain && !_clientEnded && Libc.Receive(_client.Descriptor, _loop.Buffers.Receive[..1], SocketConstants.Peek) == 0)
        {
            // Behind bytes an end may be that of a client which waits for its answer.
            _clientEnded = true;
            _loop.AwaitDial(this);
        }
    }

    /// <summary>Gives up a broker that is still dialled for a client which ended without a word; see <see cref="EventLoop.AwaitDial"/>.</summary>
    public void AbandonDial()
    {
        if (!_connected)
        {
            Close(RelayEnd.ClientReset);
        }
    }

    /// <summary>Moves what can be moved in both directions, then decides how the connection stands.</summary>
    public void Pump()
    {
        if (_closed)
        {
            return;
        }

        // Nobody takes what goes to a failed side; what it sent before goes on.
        PumpResult requests = _broker.Failed ? PumpResult.SinkFailed : _requests.Pump(_loop.Buffers);
        PumpResult responses = _client.Failed ? PumpResult.SinkFailed : _responses.Pump(_loop.Buffers);
        if (responses == PumpResult.SinkFailed && requests == PumpResult.Waiting)
        {
            requests = _requests.Pump(_loop.Buffers);
        }

        _client.Failed |= requests == PumpResult.SourceFailed;
        _broker.Failed |= responses == PumpResult.SourceFailed;
        if (_client.Failed && !IsOnItsWay(requests, _requests, _broker))
        {
            Close(RelayEnd.ClientReset);
        }
        else if (_broker.Failed && !IsOnItsWay(responses, _responses, _client))
        {
            Close(RelayEnd.BrokerReset);
        }
        else if (requests == PumpResult.Ended && responses == PumpResult.Ended)
        {
            Close(RelayEnd.Closed);
        }
        else if (requests == PumpResult.Yielded || responses == PumpResult.Yielded)
        {
            _loop.Requeue(this);
        }
        else if ((_client.Failed || _broker.Failed) && !_lingers)
        {
            _lingers = true;
            _loop.Linger(this);
        }
    }

    /// <summary>Looks whether the other side has taken what a failed one had sent; only after <see cref="EventLoop.Linger"/>.</summary>
    /// <param name="isOver">It had its time.</param>
    /// <returns>Whether the connection is closed.</returns>
    public bool Look(bool isOver)
    {
        if (isOver)
        {
            Close(_client.Failed ? RelayEnd.ClientReset : RelayEnd.BrokerReset);
        }
        else
        {
            Pump();
        }

        return _closed;
    }

    /// <summary>Shows relayed bytes to the observer; one that throws is let go, the bytes flow on.</summary>
    /// <returns>How many of the next bytes it will not look at.</returns>
    public int Show(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        if (_observer is not { } observer)
        {
            return 0;
        }

        try
        {
            observer.OnBytes(flow, bytes, readAt, writtenAt);
            return observer.SkippableBytes(flow);
        }
        catch (Exception e)
        {
            LetObserverGo(e);
            return 0;
        }
    }

    /// <summary>Tells the observer of bytes that it did not want to look at.</summary>
    /// <returns>How many more of the next bytes it will not look at.</returns>
    public int ShowSkipped(RelayFlow flow, int count, long readAt, long writtenAt)
    {
        if (_observer is not { } observer)
        {
            return 0;
        }

        try
        {
            observer.OnSkipped(flow, count, readAt, writtenAt);
            return observer.SkippableBytes(flow);
        }
        catch (Exception e)
        {
            LetObserverGo(e);
            return 0;
        }
    }

    /// <summary>Tells the observer that the sender of a flow has ended it.</summary>
    public void ShowHalfClosed(RelayFlow flow)
    {
        try
        {
            _observer?.OnHalfClosed(flow, Stopwatch.GetTimestamp());
        }
        catch (Exception e)
        {
            LetObserverGo(e);
        }
    }

    /// <summary>Ends the connection: in order, or with a reset for both peers. Does nothing the second time.</summary>
    public void Close(RelayEnd end)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        Observe();
        bool reset = end != RelayEnd.Closed;
        _client.Close(reset);
        CloseBroker(reset);
        _requests.Release(_loop.Buffers);
        _responses.Release(_loop.Buffers);
        try
        {
            _observer?.OnClosed(end, Stopwatch.GetTimestamp());
        }
        catch (Exception e)
        {
            LetObserverGo(e);
        }

        _loop.Forget(this);
    }

    /// <summary>
    /// Whether what a failed side had sent has not arrived at the other. A reset would destroy what the kernel has not sent yet; on a direct connection, too,
    /// a reset leaves what arrived before it.
    /// </summary>
    private static bool IsOnItsWay(PumpResult result, RelayPath path, RelaySide receiver) =>
        !receiver.Failed && (result == PumpResult.Yielded || path.Holds || Libc.Unacknowledged(receiver.Descriptor) > 0);

    private void ConnectNext()
    {
        while (++_candidate < _accepted.Candidates.Count)
        {
            int descriptor = OutgoingSocket.Connect(_accepted.Candidates[_candidate], _loop.KeepAlive, _loop.ConnectMilliseconds);
            if (descriptor is -Errno.ProcessDescriptors or -Errno.SystemDescriptors)
            {
                _loop.ReportNoDescriptor(_accepted.Client);
            }

            if (descriptor < 0)
            {
                _loop.ReportConnectError(-descriptor);
                continue;
            }

            _broker.Descriptor = descriptor;
            if (IsUsable(descriptor, _accepted.Candidates[_candidate]) && _loop.Watch(descriptor, RelayTable.Key(this, isBroker: true)) >= 0)
            {
                return;
            }

            CloseBroker(reset: true);
        }

        _candidate = _accepted.Candidates.Count - 1;
        Close(RelayEnd.ConnectFailed);
    }

    private void FinishConnect()
    {
        if (_broker.Failed && Libc.TakeError(_broker.Descriptor) is var error && !RelaySide.HadConnected(error))
        {
            _loop.ReportConnectError(error);
            CloseBroker(reset: true);
            _broker.Restart();
            ConnectNext();
        }
        else if (_broker.Failed || _broker.Writable)
        {
            _connected = true;
            if (_loop.ConnectMilliseconds > 0)
            {
                OutgoingSocket.Connected(_broker.Descriptor);
            }

            Observe();
            Pump();
        }
    }

    /// <summary>Notes the connection as the sidecar's own; false when it is one to itself, which would give the client its own bytes as the broker's.</summary>
    private bool IsUsable(int descriptor, IPEndPoint broker)
    {
        if (SocketAddressBytes.OfSocket(descriptor) is not { } local)
        {
            return true;
        }

        if (OwnDials.IsConnectedToItself(local, broker))
        {
            _loop.ReportConnectError(Errno.ConnectionRefused);
            return false;
        }

        _dial = OwnDials.Key(local, broker);
        _loop.Dials.Add(_dial);
        return true;
    }

    private void CloseBroker(bool reset)
    {
        _broker.Close(reset);
        if (_dial != 0)
        {
            _loop.Dials.Remove(_dial);
            _dial = 0;
        }
    }

    private void Observe()
    {
        if (!_observed)
        {
            _observed = true;
            var connection = new RelayConnection(
                _accepted.Id, _accepted.Direction, _accepted.Client, _accepted.Candidates[Math.Max(0, _candidate)], _loop.Index, _accepted.Timestamp);
            _observer = _loop.Observe(connection);
        }
    }

    private void LetObserverGo(Exception e)
    {
        _observer = null;
        _loop.ReportObserverFailure(e);
    }
}
