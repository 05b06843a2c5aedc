using System.Diagnostics;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <content>
/// Runs of bytes that the observer will not look at pass from socket to socket within the kernel, through a pipe of the loop. The pipe is empty before it is
/// filled again: what a slow receiver leaves in it takes the place of the stash.
/// </content>
internal sealed unsafe partial class RelayPath
{
    /// <summary>Shorter runs are copied: a splice costs two calls and keeps the receiver waiting for the first of them.</summary>
    private const int LeastRun = 256 * 1024;

    /// <summary>What is left of a run at last is read together with what follows, and little of that: another run may begin there.</summary>
    private const int LeastRest = 64 * 1024;

    /// <summary>How many reads of a turn one splice stands for: it may move four times as much.</summary>
    private const int ReadsPerSplice = 4;

    private SplicePipe? _pipe;
    private int _skippable;
    private bool _inRun;
    private bool _followsRun;

    /// <summary>
    /// Whether the next bytes may be spliced. Not when something waits behind them: the kernel splices up to an urgent byte and then says, for ever, that
    /// there is nothing to read.
    /// </summary>
    private bool CanSplice(LoopBuffers buffers)
    {
        if (_skippable < (_inRun ? LeastRest : LeastRun) || source.MustDrain)
        {
            _followsRun |= _inRun && _skippable < LeastRest;
            _inRun = false;
            return false;
        }

        _pipe = buffers.Pipes.TryTake();
        return _pipe is not null;
    }

    /// <summary>Fills the pipe once and empties it; it is given back unless the receiver is slow.</summary>
    private PumpResult Splice(LoopBuffers buffers)
    {
        nint taken = _pipe!.Fill(source.Descriptor, _skippable);
        if (taken <= 0)
        {
            ReturnPipe(buffers);
            return NothingTaken((int)-taken);
        }

        _inRun = true;
        long readAt = Stopwatch.GetTimestamp();
        PumpResult drained = DrainPipe(buffers);
        buffers.Pipes.Count((int)taken);
        _skippable = drained == PumpResult.SinkFailed ? 0 : relay.ShowSkipped(flow, (int)taken, readAt, Stopwatch.GetTimestamp());
        return drained;
    }

    private PumpResult NothingTaken(int error)
    {
        switch (error)
        {
            case 0 or Errno.NoMemory or Errno.Invalid:
                _skippable = 0; // The next read finds the end of the stream, or copies what cannot be spliced.
                return PumpResult.Waiting;
            case Errno.Interrupted:
                return PumpResult.Waiting;
            default:
                return StopReading(error); // The socket tells an error only once: this was it.
        }
    }

    /// <summary>Gives the receiver what the pipe holds; the pipe goes back when it is empty.</summary>
    private PumpResult DrainPipe(LoopBuffers buffers)
    {
        while (sink.Writable)
        {
            nint given = _pipe!.Drain(sink.Descriptor);
            if (_pipe.Held == 0)
            {
                ReturnPipe(buffers);
                return PumpResult.Waiting;
            }

            if (given == -Errno.Again)
            {
                sink.Writable = false;
            }
            else if (given <= 0 && given != -Errno.Interrupted)
            {
                return FailSink();
            }
        }

        return PumpResult.Waiting;
    }

    private void ReturnPipe(LoopBuffers buffers)
    {
        buffers.Pipes.Return(_pipe!);
        _pipe = null;
    }
}
