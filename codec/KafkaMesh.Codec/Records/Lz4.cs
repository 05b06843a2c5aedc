using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <summary>
/// Decompresses LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md). Checksums are passed over: Kafka's own
/// covers the batch, and the header's was wrong in message sets of magic 0 (KAFKA-3160).
/// </summary>
internal static class Lz4
{
    private const uint Magic = 0x184D2204;
    private const int FixedHeader = 7;
    private const int ContentSizeFlag = 0x08;
    private const int DictionaryFlag = 0x01;
    private const int BlockChecksumFlag = 0x10;
    private const uint PlainFlag = 0x8000_0000;
    private const int MinMatch = 4;
    private const int LongLength = 15;

    /// <summary>Decompresses one frame.</summary>
    public static RecordsError TryRead(ReadOnlySpan<byte> compressed, int limit, out byte[] plain)
    {
        plain = [];
        if (compressed.Length < FixedHeader || BinaryPrimitives.ReadUInt32LittleEndian(compressed) != Magic) return RecordsError.MalformedCompression;
        var flags = compressed[sizeof(uint)];
        var header = FixedHeader + ((flags & ContentSizeFlag) != 0 ? sizeof(long) : 0) + ((flags & DictionaryFlag) != 0 ? sizeof(int) : 0);
        if (compressed.Length < header) return RecordsError.MalformedCompression;
        var output = new List<byte>();
        var error = ReadBlocks(compressed[header..], (flags & BlockChecksumFlag) != 0 ? sizeof(uint) : 0, limit, output);
        plain = [.. output];
        return error;
    }

    private static RecordsError ReadBlocks(ReadOnlySpan<byte> left, int checksum, int limit, List<byte> output)
    {
        while (left.Length >= sizeof(uint))
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(left);
            left = left[sizeof(uint)..];
            if (size == 0) return RecordsError.None;
            var length = size & ~PlainFlag;
            if (length + checksum > left.Length) return RecordsError.MalformedCompression;
            var block = left[..(int)length];
            if ((size & PlainFlag) == 0)
            {
                var error = ReadBlock(block, limit, output);
                if (error != RecordsError.None) return error;
            }
            else
            {
                if (block.Length > limit - output.Count) return RecordsError.TooLarge;
                output.AddRange(block);
            }

            left = left[((int)length + checksum)..];
        }

        return RecordsError.MalformedCompression;
    }

    /// <summary>Sequences of a token, literals, and a match in what came before; the last has literals only.</summary>
    private static RecordsError ReadBlock(ReadOnlySpan<byte> left, int limit, List<byte> output)
    {
        while (!left.IsEmpty)
        {
            var token = left[0];
            left = left[1..];
            if (!TryReadLength(token >> 4, ref left, out var literals) || literals > left.Length) return RecordsError.MalformedCompression;
            if (literals > limit - output.Count) return RecordsError.TooLarge;
            output.AddRange(left[..(int)literals]);
            left = left[(int)literals..];
            if (left.IsEmpty) return RecordsError.None;
            if (left.Length < sizeof(ushort)) return RecordsError.MalformedCompression;
            var offset = BinaryPrimitives.ReadUInt16LittleEndian(left);
            left = left[sizeof(ushort)..];
            if (!TryReadLength(token & LongLength, ref left, out var match) || offset == 0 || offset > output.Count) return RecordsError.MalformedCompression;
            if (match + MinMatch > limit - output.Count) return RecordsError.TooLarge;
            for (match += MinMatch; match > 0; match--) output.Add(output[output.Count - offset]);
        }

        return RecordsError.None;
    }

    /// <summary>A length of 15 goes on in the bytes that follow, up to the first that is not 255.</summary>
    private static bool TryReadLength(int start, ref ReadOnlySpan<byte> left, out long length)
    {
        length = start;
        if (start < LongLength) return true;
        while (!left.IsEmpty)
        {
            var next = left[0];
            left = left[1..];
            length += next;
            if (next != byte.MaxValue) return true;
        }

        return false;
    }
}
