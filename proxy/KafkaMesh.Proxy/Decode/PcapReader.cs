namespace KafkaMesh.Proxy.Decode;

/// <summary>Reads the classic pcap format (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html).</summary>
/// <remarks>
/// <code>
/// file    magic u32, version u16 u16, zone i32, accuracy u32, snaplen u32, link type u32 | records
/// record  seconds u32, fraction u32, captured u32, original u32 | captured bytes
/// </code>
/// </remarks>
internal sealed class PcapReader(ByteSource source, bool isNanoseconds) : ICaptureReader
{
    private const int HeaderRest = 20;
    private const int RecordHeader = 16;
    private const uint LinkTypeMask = 0xFFFF; // the upper bits tell about frame check sequences

    private readonly byte[] _buffer = new byte[CaptureFile.MaxPacketBytes];
    private LinkType _linkType;
    private bool _isStarted;

    /// <inheritdoc/>
    public string? Error { get; private set; }

    /// <inheritdoc/>
    public bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        if (Error is not null || (!_isStarted && !ReadHeader()))
            return false;
        Span<byte> header = stackalloc byte[RecordHeader];
        var at = source.Position;
        var read = source.Read(header);
        if (read == 0)
            return false;
        if (read < header.Length)
            return Fail($"the file ends within the record header at byte {at}");
        var captured = source.UInt32(header[8..]);
        if (captured > CaptureFile.MaxPacketBytes)
            return Fail($"the record at byte {at} claims {captured} captured bytes; at most {CaptureFile.MaxPacketBytes} are possible");
        var bytes = _buffer.AsMemory(0, (int)captured);
        if (source.Read(bytes.Span) < bytes.Length)
            return Fail($"the file ends within the packet at byte {at}");
        var nanoseconds = (source.UInt32(header) * 1_000_000_000L) + (source.UInt32(header[4..]) * (isNanoseconds ? 1L : 1000L));
        packet = new CapturedPacket(_linkType, nanoseconds, bytes, CaptureFile.WireLength(source.UInt32(header[12..]), bytes.Length));
        return true;
    }

    private bool ReadHeader()
    {
        Span<byte> header = stackalloc byte[HeaderRest];
        if (source.Read(header) < header.Length)
            return Fail("the file ends within the pcap header");
        _linkType = (LinkType)(source.UInt32(header[16..]) & LinkTypeMask);
        _isStarted = true;
        return true;
    }

    private bool Fail(string error)
    {
        Error = error;
        return false;
    }
}
