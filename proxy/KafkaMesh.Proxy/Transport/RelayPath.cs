using System.Diagnostics;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// One direction of a relayed connection: read, send at once, show. What the receiver does not take is stashed (at most one
/// read), and nothing more is read until the stash is gone: that is the back-pressure the sender feels. Long runs that the observer
/// will not look at are spliced instead.
/// </summary>
internal sealed unsafe partial class RelayPath(Relay relay, RelayFlow flow, RelaySide source, RelaySide sink)
{
    /// <summary>Reads per turn, so that one busy connection cannot starve the others of its loop.</summary>
    private const int ReadsPerTurn = 8;

    private byte* _stash;
    private int _stashLength;
    private int _stashSent;
    private bool _ended;

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

            int limit = _followsRun ? Math.Min(buffers.ReadLimit, _skippable + LoopBuffers.LeanReceiveSize) : buffers.ReadLimit;
            nint received = Libc.Receive(source.Descriptor, buffers.Receive, limit);
            if (received <= 0)
            {
                if (received == -Errno.Interrupted)
                {
                    continue;
                }

                // Writing to a socket that was reset takes its error away: what is left reads like an orderly end, and is none.
                return received != 0 ? StopReading(-(int)received) : source.Failed ? StopReading(Errno.ConnectionReset) : PassEndOn();
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
            nint sent = Libc.Send(sink.Descriptor, _stash + _stashSent, left);
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
            sent = Libc.Send(sink.Descriptor, buffers.Receive, length);
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
            _stash = buffers.Stash(buffers.Receive + taken, _stashLength);
        }

        _skippable = relay.Show(flow, new ReadOnlySpan<byte>(buffers.Receive, length), readAt, Stopwatch.GetTimestamp());
        _followsRun = false;
        return PumpResult.Waiting;
    }

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
        sink.Failed = true;
        return PumpResult.SinkFailed;
    }

    private PumpResult StopReading(int error)
    {
        source.Readable = false;
        return error == Errno.Again ? PumpResult.Waiting : PumpResult.SourceFailed;
    }
}
