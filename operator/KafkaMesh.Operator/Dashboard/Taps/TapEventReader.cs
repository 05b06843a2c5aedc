using System.Text;

namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>
/// Reads server-sent events as sidecars write them: one line of data each. Whoever controls a pod can answer for its sidecar, so that an event
/// larger than <see cref="MaxEventBytes"/> ends the stream.
/// </summary>
/// <param name="stream">The events.</param>
/// <param name="time">The clock of the silence.</param>
/// <param name="longestSilence">After so long without a byte the stream is taken for dead; null: it may be silent for ever.</param>
internal sealed class TapEventReader(Stream stream, TimeProvider time, TimeSpan? longestSilence = null)
{
    /// <summary>Largest event; a sidecar's have at most a few kilobytes.</summary>
    public const int MaxEventBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[MaxEventBytes];
    private int _start;
    private int _end;

    /// <summary>The next event; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">An event is too large.</exception>
    /// <exception cref="IOException">The stream broke off, or was silent for too long.</exception>
    public async Task<TapEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf("\n\n"u8);
            if (length >= 0)
            {
                var found = Parse(_buffer.AsSpan(_start, length));
                _start += length + 2;
                if (found is not null)
                    return found;
            }
            else if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }
    }

    // A comment has neither name nor data.
    private static TapEvent? Parse(ReadOnlySpan<byte> lines)
    {
        string? name = null;
        byte[]? data = null;
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range];
            if (line.StartsWith("event: "u8))
                name = Encoding.UTF8.GetString(line[7..]);
            else if (line.StartsWith("data: "u8))
                data = line[6..].ToArray();
        }
        return name is null || data is null ? null : new TapEvent(name, data);
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            throw new InvalidDataException($"an event has more than {MaxEventBytes} bytes");
        var read = await ReadBytesAsync(cancellationToken);
        _end += read;
        return read > 0;
    }

    private async ValueTask<int> ReadBytesAsync(CancellationToken cancellationToken)
    {
        if (longestSilence is not { } silence)
            return await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        using var deadline = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await stream.ReadAsync(_buffer.AsMemory(_end), either.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {silence.TotalSeconds} s", error);
        }
    }
}
