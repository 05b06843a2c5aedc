using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// Reads the pcapng format (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html): section headers, interface
/// descriptions, enhanced, simple and obsolete packet blocks; other blocks are passed over.
/// </summary>
/// <remarks>
/// <code>
/// block   type u32, total length u32 | body | total length u32
/// </code>
/// </remarks>
internal sealed class PcapNgReader : ICaptureReader
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint ObsoletePacket = 2;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const int Frame = 12; // type and both lengths
    private const int MaxBlockBytes = CaptureFile.MaxPacketBytes + 4096;
    private const int MaxInterfaces = 1024;

    private readonly ByteSource _source;
    private readonly byte[] _buffer = new byte[MaxBlockBytes];
    private readonly List<CaptureInterface> _interfaces = [];
    private long _lastNanoseconds;
    private bool _isStarted;

    /// <summary>Reads on after the four bytes that told the format.</summary>
    public PcapNgReader(ByteSource source) => _source = source;

    /// <inheritdoc/>
    public string? Error { get; private set; }

    /// <inheritdoc/>
    public bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        while (Error is null)
        {
            var at = _source.Position;
            if (!TryReadType(out var type))
                return false;
            if (type == SectionHeader)
            {
                if (!ReadSectionHeader(at))
                    return false;
                continue;
            }

            if (!TryReadBody(at, type, out var body))
                return false;
            if (type == InterfaceDescription && !AddInterface(at, body.Span))
                return false;
            if (type is EnhancedPacket or SimplePacket or ObsoletePacket)
                return TryReadPacket(at, type, body, out packet);
        }

        return false;
    }

    private bool TryReadType(out uint type)
    {
        type = SectionHeader; // the first one was read to tell the format
        if (!_isStarted)
        {
            _isStarted = true;
            return true;
        }

        Span<byte> bytes = stackalloc byte[4];
        var read = _source.Read(bytes);
        type = _source.UInt32(bytes);
        return read == bytes.Length || (read > 0 && Fail($"the file ends within the block type at byte {_source.Position}"));
    }

    private bool ReadSectionHeader(long at)
    {
        Span<byte> head = stackalloc byte[8];
        if (_source.Read(head) < head.Length)
            return Fail($"the file ends within the section header at byte {at}");
        _source.IsBigEndian = BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == ByteOrderMagic;
        if (_source.UInt32(head[4..]) != ByteOrderMagic)
            return Fail($"the section header at byte {at} has no byte-order magic");
        var length = _source.UInt32(head);
        if (length < Frame + 16 || length % 4 != 0 || length > MaxBlockBytes)
            return Fail($"the section header at byte {at} claims {length} bytes");
        _interfaces.Clear();
        return _source.Skip(length - Frame) || Fail($"the file ends within the section header at byte {at}");
    }

    private bool TryReadBody(long at, uint type, out ReadOnlyMemory<byte> body)
    {
        body = default;
        Span<byte> word = stackalloc byte[4];
        if (_source.Read(word) < word.Length)
            return Fail($"the file ends within the block at byte {at}");
        var length = _source.UInt32(word);
        if (length < Frame || length % 4 != 0)
            return Fail($"the block at byte {at} claims {length} bytes");
        var wanted = length - Frame;
        if (type is not (InterfaceDescription or EnhancedPacket or SimplePacket or ObsoletePacket))
            return _source.Skip(wanted + 4L) || Fail($"the file ends within the block at byte {at}");
        if (wanted > MaxBlockBytes)
            return Fail($"the block at byte {at} claims {length} bytes; at most {MaxBlockBytes} are possible");
        var bytes = _buffer.AsMemory(0, (int)wanted);
        if (_source.Read(bytes.Span) < bytes.Length || _source.Read(word) < word.Length)
            return Fail($"the file ends within the block at byte {at}");
        body = bytes;
        return true;
    }

    private bool AddInterface(long at, ReadOnlySpan<byte> body)
    {
        if (body.Length < 8)
            return Fail($"the interface description at byte {at} is too short");
        if (_interfaces.Count == MaxInterfaces)
            return Fail($"the section has more than {MaxInterfaces} interfaces");
        _interfaces.Add(CaptureInterface.Read(_source, body));
        return true;
    }

    private bool TryReadPacket(long at, uint type, ReadOnlyMemory<byte> body, out CapturedPacket packet)
    {
        packet = default;
        var fixedPart = type == SimplePacket ? 4 : 20;
        if (body.Length < fixedPart)
            return Fail($"the packet block at byte {at} is too short");
        var span = body.Span;
        var index = type switch { EnhancedPacket => _source.UInt32(span), ObsoletePacket => _source.UInt16(span), _ => 0u };
        if (index >= _interfaces.Count)
            return Fail($"the packet block at byte {at} names interface {index}, which was not described");
        var origin = _interfaces[(int)index];
        if (type == SimplePacket)
        {
            // No timestamp: as late as the packet before it. Cut at the interface's limit, and filled up to four bytes.
            var wire = _source.UInt32(span);
            var kept = (int)Math.Min(Math.Min(wire, origin.SnapLength), (uint)(body.Length - fixedPart));
            packet = new CapturedPacket(origin.LinkType, _lastNanoseconds, body.Slice(fixedPart, kept), CaptureFile.WireLength(wire, kept));
            return true;
        }

        var captured = _source.UInt32(span[12..]);
        if (captured > body.Length - fixedPart)
            return Fail($"the packet block at byte {at} claims {captured} captured bytes, more than it holds");
        var ticks = ((ulong)_source.UInt32(span[4..]) << 32) | _source.UInt32(span[8..]);
        _lastNanoseconds = origin.ToNanoseconds(ticks);
        packet = new CapturedPacket(
            origin.LinkType, _lastNanoseconds, body.Slice(fixedPart, (int)captured), CaptureFile.WireLength(_source.UInt32(span[16..]), (int)captured));
        return true;
    }

    private bool Fail(string error)
    {
        Error = error;
        return false;
    }
}
