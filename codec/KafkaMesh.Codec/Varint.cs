using System.Buffers;

namespace KafkaMesh.Codec;

/// <summary>Unsigned varints: seven bits per byte, lowest first, at most five bytes (KIP-482).</summary>
internal static class Varint
{
    /// <summary>Longest form. Over-long forms are accepted as Kafka accepts them; bits beyond the 32nd are dropped.</summary>
    public const int MaxBytes = 5;

    /// <summary>Least bytes of a tagged field: one of tag, one of size.</summary>
    public const int MinTagBytes = 2;

    /// <summary>Reads a varint.</summary>
    /// <returns>Bytes it takes; 0 when the span ends within it; -1 when it has more than five bytes.</returns>
    public static int Read(ReadOnlySpan<byte> span, out uint value)
    {
        value = 0;
        for (var i = 0; i < MaxBytes; i++)
        {
            if (i >= span.Length) return 0;
            var next = span[i];
            value |= (uint)(next & 0x7f) << (i * 7);
            if ((next & 0x80) == 0) return i + 1;
        }

        return -1;
    }

    /// <summary>Writes a varint in its shortest form.</summary>
    public static void Write(uint value, IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        var length = 0;
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        output.Write(bytes[..length]);
    }
}
