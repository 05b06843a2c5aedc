using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <content>Lengths and counts, plain and compact.</content>
public partial struct BodyReader
{
    /// <returns>Bytes of the count; 0 when the piece ends within it; -1 when it is malformed. A null array counts less than zero.</returns>
    private static int ReadCount(Opcode array, scoped ReadOnlySpan<byte> span, int pos, out long count)
    {
        count = 0;
        if (IsCompact(array))
        {
            var prefix = ReadCompactLength(span, pos, out var length);
            count = length == Null ? Null : (uint)length;
            return prefix;
        }

        if (span.Length - pos < sizeof(int)) return 0;
        count = BinaryPrimitives.ReadInt32BigEndian(span[pos..]);
        return sizeof(int);
    }

    /// <summary>Reads a length that is written plus one, 0 for null; above 31 bits it turns negative, below <see cref="Null"/>.</summary>
    /// <returns>Bytes of it; 0 when the piece ends within it; -1 when it is malformed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadCompactLength(scoped ReadOnlySpan<byte> span, int pos, out int length)
    {
        if (span.Length - pos >= 3)
        {
            var at = span.Slice(pos, 3);
            int first = at[0];
            length = first - 1;
            if (first < 0x80) return 1;
            int second = at[1];
            length = (first & 0x7f) + (second << 7) - 1;
            if (second < 0x80) return 2;
            int third = at[2];
            length = (first & 0x7f) + ((second & 0x7f) << 7) + (third << 14) - 1;
            if (third < 0x80) return 3;
        }

        var bytes = Varint.Read(span[pos..], out var value);
        length = unchecked((int)(value - 1));
        return bytes;
    }
}
