using System.Diagnostics;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// One direction of a relayed connection: read, send at once, show. What the receiver does not take is stashed (at most one
/// read), and nothing more is read until the stash is gone: that is the back-pressure the sender feels. Where there is no room for a
/// stash, bytes are sent while they are still in the sender's socket, and taken out of it as far as they went. Long runs that the
/// observer will not look at are spliced instead.
/// </summary>
internal sealed unsafe partial class RelayPath(Relay relay, RelayFlow flow, RelaySide source, RelaySide sink)
{
    /// <summary>Reads per turn, so that one busy connection cannot starve the others of its loop.</summary>
    private const int ReadsPerTurn = 8;

    private byte* _stash;
    private int _stashLength;
    private int _stashSent;
    private bool _ended;

    /// <summary>It holds bytes that the receiver has not taken.</summary>
    public bool Holds => _stash != null || _pipe is not null;

    /// <summary>Moves bytes until one side has to wait, something ends, or the turn is over.</summary>
    public PumpResult Pump(LoopBuffers buffers)
    {
        if (_ended)
        {
            return PumpResult.Ended;
        }

        if (_stash != null)
        {
            PumpResult flushed = FlushStash(buffers);
            if (_stash != null)
            {
                return flushed;
            }
        }

        if (_pipe is not null && DrainPipe(buffers) is var drained && _pipe is not null)
        {
            return drained;
        }

        for (int reads = 0; source.Readable; reads++)
        {
            if (reads >= ReadsPerTurn)
            {
                return PumpResult.Yielded;
            }

            if (CanSplice(buffers))
            {
                PumpResult spliced = Splice(buffers);
                if (spliced is PumpResult.SinkFailed or PumpResult.SourceFailed || _pipe is not null)
                {
                    return spliced;
                }

                reads += ReadsPerSplice - 1;
                continue;
            }

            if (!buffers.HasRoom)
            {
                PumpResult passed = PassPeeked(buffers);
                if (passed != PumpResult.Waiting || !sink.Writable)
                {
                    return passed;
                }

                continue;
            }

            int limit = _followsRun ? BehindRun(_skippable) : LoopBuffers.ReceiveSize;
            nint received = Libc.Receive(source.Descriptor, buffers.Receive[..limit]);
            if (received <= 0)
            {
                if (received == -Errno.Interrupted)
                {
                    continue;
                }

                return NothingRead((int)received);
            }

            // A short read has drained the socket: asking again would only cost a call that answers EAGAIN.
            source.Readable = received == limit || source.MustDrain;
            PumpResult sent = Send(buffers, (int)received, Stopwatch.GetTimestamp());
            if (sent == PumpResult.SinkFailed || _stash != null)
            {
                return sent;
            }
        }

        return PumpResult.Waiting;
    }

    /// <summary>How much is read of what is left of a run and what follows it. A run may be as long as a frame says that it is, which no sum may go beyond.</summary>
    internal static int BehindRun(int skippable) =>
        Math.Min(skippable, LoopBuffers.ReceiveSize - LoopBuffers.LeanReceiveSize) + LoopBuffers.LeanReceiveSize;

    /// <summary>Sends what waits in the sender's socket and takes out of it what was sent: nothing is left over that would need memory.</summary>
    private PumpResult PassPeeked(LoopBuffers buffers)
    {
        if (!sink.Writable)
        {
            return PumpResult.Waiting; // What is read would only wait here.
        }

        nint peeked = Libc.Receive(source.Descriptor, buffers.Receive[..LoopBuffers.LeanReceiveSize], SocketConstants.Peek);
        if (peeked <= 0)
        {
            return peeked == -Errno.Interrupted ? PumpResult.Waiting : NothingRead((int)peeked);
        }

        long readAt = Stopwatch.GetTimestamp();
        nint sent = Libc.Send(sink.Descriptor, buffers.Receive[..(int)peeked]);
        if (sent < 0)
        {
            sink.Writable &= sent != -Errno.Again;
            return sent is -Errno.Again or -Errno.Interrupted ? PumpResult.Waiting : FailSink();
        }

        sink.Writable = sent == peeked;
        source.Readable = sent < peeked || peeked == LoopBuffers.LeanReceiveSize || source.MustDrain;
        _skippable = relay.Show(flow, buffers.Receive[..(int)sent], readAt, Stopwatch.GetTimestamp());
        _followsRun = false;
        return TakeOut(buffers, (int)sent);
    }

    /// <summary>Discards bytes that were sent already (MSG_TRUNC of tcp(7)).</summary>
    private PumpResult TakeOut(LoopBuffers buffers, int length)
    {
        while (length > 0)
        {
            nint taken = Libc.Receive(source.Descriptor, buffers.Receive[..length], SocketConstants.Discard);
            if (taken <= 0 && taken != -Errno.Interrupted)
            {
                return StopReading(Errno.ConnectionReset); // They were there. Nothing is ever sent twice.
            }

            length -= Math.Max(0, (int)taken);
        }

        return PumpResult.Waiting;
    }

    /// <summary>Frees what a connection that is closing still holds.</summary>
    public void Release(LoopBuffers buffers)
    {
        if (_stash != null)
        {
            buffers.Free(_stash, _stashLength);
            _stash = null;
        }

        if (_pipe is not null)
        {
            ReturnPipe(buffers);
        }
    }

    private PumpResult FlushStash(LoopBuffers buffers)
    {
        while (sink.Writable)
        {
            int left = _stashLength - _stashSent;
            nint sent = Libc.Send(sink.Descriptor, new ReadOnlySpan<byte>(_stash + _stashSent, left));
            if (sent == left)
            {
                buffers.Free(_stash, _stashLength);
                _stash = null;
                return PumpResult.Waiting;
            }

            if (sent > 0)
            {
                // The kernel took a part: its buffer is full, and the next call would say so.
                _stashSent += (int)sent;
                sink.Writable = false;
            }
            else if (sent == -Errno.Again)
            {
                sink.Writable = false;
            }
            else if (sent != -Errno.Interrupted)
            {
                return FailSink();
            }
        }

        return PumpResult.Waiting;
    }

    private PumpResult Send(LoopBuffers buffers, int length, long readAt)
    {
        nint sent;
        do
        {
            sent = Libc.Send(sink.Descriptor, buffers.Receive[..length]);
        }
        while (sent == -Errno.Interrupted);

        if (sent < 0 && sent != -Errno.Again)
        {
            return FailSink();
        }

        int taken = Math.Max(0, (int)sent);
        if (taken < length)
        {
            sink.Writable = false;
            _stashLength = length - taken;
            _stashSent = 0;
            _stash = buffers.Stash(buffers.Receive[taken..length]);
        }

        _skippable = relay.Show(flow, buffers.Receive[..length], readAt, Stopwatch.GetTimestamp());
        _followsRun = false;
        return PumpResult.Waiting;
    }

    // Writing to a socket that was reset takes its error away: what is left reads like an orderly end, and is none.
    private PumpResult NothingRead(int result) =>
        result != 0 ? StopReading(-result) : source.Failed ? StopReading(Errno.ConnectionReset) : PassEndOn();

    private PumpResult PassEndOn()
    {
        _ended = true;
        source.Readable = false;
        _ = Libc.Shutdown(sink.Descriptor, SocketConstants.ShutdownWrite); // Fails only on a broken socket, whose event tells.
        relay.ShowHalfClosed(flow);
        return PumpResult.Ended;
    }

    private PumpResult FailSink()
    {
        sink.Break();
        return PumpResult.SinkFailed;
    }

    private PumpResult StopReading(int error)
    {
        source.Readable = false;
        return error == Errno.Again ? PumpResult.Waiting : PumpResult.SourceFailed;
    }
}
