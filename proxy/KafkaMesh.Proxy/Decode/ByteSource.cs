using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Reads a capture file forward in the byte order that its header tells.</summary>
internal sealed class ByteSource(Stream stream)
{
    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Whether numbers are big-endian.</summary>
    public bool IsBigEndian { get; set; }

    /// <summary>Fills a buffer.</summary>
    /// <returns>How many bytes there were; fewer than asked for only at the end of the file.</returns>
    public int Read(Span<byte> buffer)
    {
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        Position += read;
        return read;
    }

    /// <summary>Passes bytes over.</summary>
    /// <returns>False when the file ends within them.</returns>
    public bool Skip(long count)
    {
        Span<byte> buffer = stackalloc byte[1024];
        while (count > 0)
        {
            var wanted = (int)Math.Min(count, buffer.Length);
            if (Read(buffer[..wanted]) < wanted)
                return false;
            count -= wanted;
        }

        return true;
    }

    /// <summary>An unsigned 16-bit number.</summary>
    public ushort UInt16(ReadOnlySpan<byte> bytes) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    /// <summary>An unsigned 32-bit number.</summary>
    public uint UInt32(ReadOnlySpan<byte> bytes) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
