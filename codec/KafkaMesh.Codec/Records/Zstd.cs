using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>Decompresses Zstandard by the system's shared library, which most distributions install (Debian: libzstd1).</summary>
internal static partial class Zstd
{
    private const string Library = "libzstd.so.1";
    private const int FirstBuffer = 1 << 16;

    /// <summary>ZSTD_error_dstSize_tooSmall of zstd_errors.h.</summary>
    private const int OutputTooSmall = 70;

    /// <summary>Decompresses one or more frames.</summary>
    public static RecordsError TryRead(ReadOnlySpan<byte> compressed, int limit, out byte[] plain)
    {
        plain = [];
        try
        {
            // Kafka's clients write frames without their size, so the buffer grows until it holds them.
            for (var size = Math.Min(FirstBuffer, limit); ; size = (int)Math.Min((long)size * 2, limit))
            {
                var buffer = new byte[size];
                var result = Decompress(buffer, (nuint)buffer.Length, compressed, (nuint)compressed.Length);
                if (IsError(result) == 0)
                {
                    plain = buffer[..(int)result];
                    return RecordsError.None;
                }

                plain = buffer;
                if (GetErrorCode(result) != OutputTooSmall) return RecordsError.MalformedCompression;
                if (size == limit) return RecordsError.TooLarge;
            }
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return RecordsError.CompressionUnavailable;
        }
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress")]
    private static partial nuint Decompress(Span<byte> output, nuint capacity, ReadOnlySpan<byte> input, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorCode")]
    private static partial int GetErrorCode(nuint result);
}
