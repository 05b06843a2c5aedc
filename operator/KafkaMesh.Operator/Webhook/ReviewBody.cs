using System.Buffers;

namespace KafkaMesh.Operator.Webhook;

/// <summary>The bytes of a request, in a buffer that is lent and grows with what arrives, not with what a header announces. The server bounds them.</summary>
internal sealed class ReviewBody : IDisposable
{
    private const int FirstSize = 16 * 1024;

    private byte[] _buffer = [];
    private int _length;

    private ReviewBody()
    {
    }

    /// <summary>What was read; gone after disposal.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads to the end.</summary>
    /// <param name="stream">The request's body.</param>
    /// <param name="cancellationToken">The admission's deadline.</param>
    public static async ValueTask<ReviewBody> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var body = new ReviewBody();
        try
        {
            // A thousand requests that wait for their body hold no buffer: reading nothing ends when there is something to read.
            _ = await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
            body._buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
            while (await stream.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken) is > 0 and var count)
            {
                body._length += count;
                if (body._length == body._buffer.Length)
                    body.Grow();
            }
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
