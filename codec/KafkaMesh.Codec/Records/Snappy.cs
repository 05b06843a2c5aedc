using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <summary>
/// Decompresses snappy: raw (https://github.com/google/snappy/blob/main/format_description.txt) as some clients write it, and
/// in the frames of xerial's snappy-java, as Kafka's own clients do: 8 bytes of magic, two versions, then blocks behind their
/// lengths.
/// </summary>
internal static class Snappy
{
    private const int XerialHeader = 16;

    private static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    /// <summary>Decompresses either form.</summary>
    public static RecordsError TryRead(ReadOnlySpan<byte> compressed, int limit, out byte[] plain)
    {
        var output = new List<byte>();
        var error = compressed.StartsWith(XerialMagic) ? ReadFrames(compressed, limit, output) : ReadBlock(compressed, limit, output);
        plain = [.. output];
        return error;
    }

    private static RecordsError ReadFrames(ReadOnlySpan<byte> compressed, int limit, List<byte> output)
    {
        if (compressed.Length < XerialHeader) return RecordsError.MalformedCompression;
        for (var left = compressed[XerialHeader..]; !left.IsEmpty;)
        {
            if (left.Length < sizeof(int)) return RecordsError.MalformedCompression;
            var length = BinaryPrimitives.ReadInt32BigEndian(left);
            left = left[sizeof(int)..];
            if (length < 0 || length > left.Length) return RecordsError.MalformedCompression;
            var error = ReadBlock(left[..length], limit, output);
            if (error != RecordsError.None) return error;
            left = left[length..];
        }

        return RecordsError.None;
    }

    private static RecordsError ReadBlock(ReadOnlySpan<byte> block, int limit, List<byte> output)
    {
        var prefix = Varint.Read(block, out var announced);
        if (prefix <= 0) return RecordsError.MalformedCompression;
        if (announced > (uint)(limit - output.Count)) return RecordsError.TooLarge;
        var start = output.Count;
        var end = start + (int)announced;
        for (var left = block[prefix..]; !left.IsEmpty;)
        {
            var isRead = (left[0] & 3) == 0 ? TryReadLiteral(ref left, end, output) : TryReadCopy(ref left, start, end, output);
            if (!isRead) return RecordsError.MalformedCompression;
        }

        return output.Count == end ? RecordsError.None : RecordsError.MalformedCompression;
    }

    /// <summary>A tag with the length less one in its upper six bits, or from 60 on the number of bytes that hold it.</summary>
    private static bool TryReadLiteral(ref ReadOnlySpan<byte> left, int end, List<byte> output)
    {
        long length = left[0] >> 2;
        left = left[1..];
        if (length >= 60)
        {
            var size = (int)length - 59;
            if (size > left.Length) return false;
            length = LittleEndian(left[..size]);
            left = left[size..];
        }

        length++;
        if (length > left.Length || length > end - output.Count) return false;
        output.AddRange(left[..(int)length]);
        left = left[(int)length..];
        return true;
    }

    /// <summary>A copy of earlier output, with an offset of 11, 16 or 32 bits; it may reach into itself.</summary>
    private static bool TryReadCopy(ref ReadOnlySpan<byte> left, int start, int end, List<byte> output)
    {
        var tag = left[0];
        var size = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
        if (size >= left.Length) return false;
        long offset = LittleEndian(left.Slice(1, size));
        left = left[(size + 1)..];
        var length = (tag >> 2) + 1;
        if (size == 1)
        {
            offset |= (long)(tag >> 5) << 8;
            length = ((tag >> 2) & 7) + 4;
        }

        if (offset == 0 || offset > output.Count - start || length > end - output.Count) return false;
        for (; length > 0; length--) output.Add(output[output.Count - (int)offset]);
        return true;
    }

    private static uint LittleEndian(ReadOnlySpan<byte> bytes)
    {
        var value = 0u;
        for (var i = 0; i < bytes.Length; i++) value |= (uint)bytes[i] << (i * 8);
        return value;
    }
}
