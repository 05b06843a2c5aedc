using System.Buffers;
using System.IO.Pipelines;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Splits the body of a watch into lines, one event each; bounded in size, and in the time that it may be silent.</summary>
/// <param name="body">The response body; disposed by the caller.</param>
/// <param name="maxLineBytes">Largest event.</param>
/// <param name="stallTimeout">Longest silence.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class WatchStream(Stream body, int maxLineBytes, TimeSpan stallTimeout, TimeProvider timeProvider)
{
    private readonly PipeReader _reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
    private SequencePosition? _lastLineEnd;

    /// <summary>Next line, valid until the next call, or null at the end. A piece without line feed at the end is dropped: it is half an event.</summary>
    /// <exception cref="TimeoutException">Nothing came for the stall time-out.</exception>
    /// <exception cref="IOException">The connection broke, or a line is too long.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (_lastLineEnd is { } lastEnd)
        {
            _reader.AdvanceTo(lastEnd);
            _lastLineEnd = null;
        }

        while (true)
        {
            var result = await ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                _lastLineEnd = buffer.GetPosition(1, end);
                return buffer.Slice(0, end);
            }

            if (result.IsCompleted)
            {
                _lastLineEnd = buffer.End;
                return null;
            }

            if (buffer.Length > maxLineBytes)
            {
                throw new IOException($"A watch event is larger than {maxLineBytes} bytes.");
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        if (_reader.TryRead(out var ready))
        {
            return ready;
        }

        using var time = new CancellationTokenSource(stallTimeout, timeProvider);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await _reader.ReadAsync(silence.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing came on the watch for {stallTimeout.TotalSeconds:0.#} s.", exception);
        }
    }
}
