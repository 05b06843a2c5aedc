using System.IO.Compression;

namespace KafkaMesh.Codec;

/// <summary>Undoes the compression of a batch, within a limit.</summary>
internal static class Decompressor
{
    private const int Piece = 1 << 14;

    /// <summary>Decompresses.</summary>
    /// <param name="type">As the attributes name it.</param>
    /// <param name="compressed">The bytes.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <param name="plain">What came out; after an error its length tells how much work it was.</param>
    public static RecordsError TryRead(CompressionType type, ReadOnlySpan<byte> compressed, int limit, out byte[] plain)
    {
        plain = [];
        switch (type)
        {
            case CompressionType.None:
                plain = compressed.ToArray();
                return RecordsError.None;
            case CompressionType.Gzip:
                return TryReadGzip(compressed, limit, out plain);
            case CompressionType.Snappy:
                return Snappy.TryRead(compressed, limit, out plain);
            case CompressionType.Lz4:
                return Lz4.TryRead(compressed, limit, out plain);
            case CompressionType.Zstd:
                return Zstd.TryRead(compressed, limit, out plain);
            default:
                return RecordsError.UnknownCompression;
        }
    }

    private static RecordsError TryReadGzip(ReadOnlySpan<byte> compressed, int limit, out byte[] plain)
    {
        using var output = new MemoryStream();
        var error = RecordsError.None;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            Span<byte> piece = new byte[Piece];
            while (error == RecordsError.None && gzip.Read(piece) is > 0 and var read)
            {
                if (output.Length + read > limit) error = RecordsError.TooLarge;
                else output.Write(piece[..read]);
            }
        }
        catch (InvalidDataException)
        {
            error = RecordsError.MalformedCompression;
        }

        plain = output.ToArray();
        return error;
    }
}
