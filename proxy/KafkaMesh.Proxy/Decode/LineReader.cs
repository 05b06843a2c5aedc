namespace KafkaMesh.Proxy.Decode;

/// <summary>Cuts a stream into lines of bytes that end with LF or CR LF, the last one with the stream; memory is bounded by the longest line that is kept.</summary>
internal sealed class LineReader(Stream stream, int longest)
{
    private static readonly byte[] Mark = [0xef, 0xbb, 0xbf];

    private byte[] _buffer = new byte[Math.Min(longest, 1 << 16) + 1];
    private int _start;
    private int _scanned;
    private int _end;
    private bool _isCut;

    /// <summary>Lines read so far: the number of the current one, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="beforeWait">Called before the stream is read, which may take until somebody writes.</param>
    /// <param name="line">Its bytes without the end and, on the first, without a byte order mark; valid until the next call.</param>
    /// <param name="isWhole">False when it was longer than the longest that is kept: then there are no bytes.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool TryRead(Action beforeWait, out ReadOnlySpan<byte> line, out bool isWhole)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = Take(_scanned + found, out isWhole);
                _start = _scanned = _scanned + found + 1;
                return true;
            }

            _scanned = _end;
            beforeWait();
            if (Fill())
                continue;
            var isLine = _end > _start || _isCut;
            line = isLine ? Take(_end, out isWhole) : Nothing(out isWhole);
            _start = _end;
            return isLine;
        }
    }

    private bool Fill()
    {
        if (_end - _start > longest)
        {
            _isCut = true;
            _start = _end;
        }

        // What was read before goes to the front; a line that fills the buffer makes it grow.
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        _scanned = _end;
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, longest + 1L));
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    private ReadOnlySpan<byte> Take(int end, out bool isWhole)
    {
        Number++;
        var line = _buffer.AsSpan(_start, end - _start);
        isWhole = !_isCut && line.Length <= longest;
        _isCut = false;
        if (!isWhole)
            return [];
        if (line is [.. var rest, (byte)'\r'])
            line = rest;
        return Number == 1 && line.StartsWith(Mark) ? line[Mark.Length..] : line;
    }

    private static ReadOnlySpan<byte> Nothing(out bool isWhole)
    {
        isWhole = true;
        return [];
    }
}
