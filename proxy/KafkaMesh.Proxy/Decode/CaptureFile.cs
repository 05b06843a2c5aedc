using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Tells the format of a capture file by its first bytes.</summary>
internal static class CaptureFile
{
    /// <summary>Largest captured packet; tools capture at most 262,144 bytes of one.</summary>
    public const int MaxPacketBytes = 1 << 20;

    private const uint PcapMicroseconds = 0xA1B2C3D4;
    private const uint PcapNanoseconds = 0xA1B23C4D;
    private const uint PcapNg = 0x0A0D0D0A;

    /// <summary>The length on the wire that a record claims, within reason.</summary>
    public static int WireLength(uint claimed, int captured) => (int)Math.Clamp(claimed, (uint)captured, MaxPacketBytes);

    /// <summary>Opens a capture.</summary>
    /// <param name="stream">From its first byte.</param>
    /// <param name="error">One sentence when it is no capture.</param>
    /// <returns>Null when it is no capture.</returns>
    public static ICaptureReader? Open(Stream stream, out string? error)
    {
        error = null;
        var source = new ByteSource(stream);
        Span<byte> magic = stackalloc byte[4];
        if (source.Read(magic) < magic.Length)
        {
            error = $"the file ends after {source.Position} bytes; a pcap or pcapng capture is expected";
            return null;
        }

        var bigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic);
        var littleEndian = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        if (bigEndian == PcapNg)
            return new PcapNgReader(source);
        source.IsBigEndian = bigEndian is PcapMicroseconds or PcapNanoseconds;
        if (source.IsBigEndian || littleEndian is PcapMicroseconds or PcapNanoseconds)
            return new PcapReader(source, isNanoseconds: bigEndian == PcapNanoseconds || littleEndian == PcapNanoseconds);
        error = $"the file begins with 0x{bigEndian:x8}, which is neither pcap nor pcapng; record one with 'tcpdump -w FILE'";
        return null;
    }
}
