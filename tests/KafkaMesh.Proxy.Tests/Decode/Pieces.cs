namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>Gives bytes in pieces of one size, as a pipe does.</summary>
internal sealed class Pieces(byte[] content, int size) : Stream
{
    private int _position;

    /// <summary>Whether reading beyond the bytes fails instead of ending.</summary>
    public bool FailsAtEnd { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = Math.Min(Math.Min(size, count), content.Length - _position);
        if (read == 0 && FailsAtEnd) throw new IOException("torn");
        content.AsSpan(_position, read).CopyTo(buffer.AsSpan(offset));
        _position += read;
        return read;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
