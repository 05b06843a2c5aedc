using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Finds the TCP segment in a captured packet: link layer, VLAN tags, IPv4 or IPv6 with extension headers and fragments, TCP.</summary>
internal sealed class PacketParser
{
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86DD;
    private const byte ProtocolTcp = 6;
    private const int MaxVlanTags = 3;
    private const int MaxExtensionHeaders = 8;
    private const int FragmentHeader = 44;

    private readonly IpFragments _fragments = new();

    /// <summary>Whether packets of a link type can be read.</summary>
    public static bool IsSupported(LinkType linkType) => Enum.IsDefined(linkType);

    /// <summary>Finds the segment.</summary>
    /// <returns>False when the packet holds none, or a fragment whose packet is not complete.</returns>
    public bool TryParse(in CapturedPacket packet, out TcpSegment segment)
    {
        segment = default;
        var bytes = packet.Bytes.Span;
        if (!TryStripLinkLayer(packet.LinkType, ref bytes) || bytes.IsEmpty)
            return false;
        var wireLength = packet.WireLength - (packet.Bytes.Length - bytes.Length);
        return (bytes[0] >> 4) switch
        {
            4 => TryParseIPv4(bytes, wireLength, out segment),
            6 => TryParseIPv6(bytes, wireLength, out segment),
            _ => false,
        };
    }

    private static bool TryStripLinkLayer(LinkType linkType, ref ReadOnlySpan<byte> bytes)
    {
        switch (linkType)
        {
            case LinkType.Ethernet:
                return TryStripEthernet(ref bytes, typeOffset: 12);
            case LinkType.LinuxCooked:
                return TryStripEthernet(ref bytes, typeOffset: 14);
            case LinkType.LinuxCooked2:
                return TryStripCooked2(ref bytes);
            case LinkType.Null or LinkType.Loop:
                return TryStrip(ref bytes, 4); // the IP version tells what the address family would
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.IPv4 or LinkType.IPv6:
                return true;
            default:
                return false;
        }
    }

    /// <summary>The type stands first, and behind 18 more bytes what it tells: an IP packet, or a VLAN tag and the next type.</summary>
    private static bool TryStripCooked2(ref ReadOnlySpan<byte> bytes)
    {
        const int header = 20;
        if (bytes.Length < header)
            return false;
        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        bytes = bytes[header..];
        return IsIP(type) || (IsVlanTag(type) && TryStripEthernet(ref bytes, typeOffset: 2));
    }

    private static bool TryStripEthernet(ref ReadOnlySpan<byte> bytes, int typeOffset)
    {
        for (var tags = 0; tags <= MaxVlanTags; tags++)
        {
            if (bytes.Length < typeOffset + 2)
                return false;
            var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[typeOffset..]);
            bytes = bytes[(typeOffset + 2)..];
            if (IsIP(type))
                return true;
            if (!IsVlanTag(type))
                return false;
            typeOffset = 2; // tag control, then the next type
        }

        return false;
    }

    private static bool TryStrip(ref ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length < length)
            return false;
        bytes = bytes[length..];
        return true;
    }

    private static bool IsIP(ushort etherType) => etherType is EtherTypeIPv4 or EtherTypeIPv6;

    private static bool IsVlanTag(ushort etherType) => etherType is 0x8100 or 0x88A8 or 0x9100;

    private bool TryParseIPv4(ReadOnlySpan<byte> bytes, int wireLength, out TcpSegment segment)
    {
        const int shortest = 20;
        segment = default;
        if (bytes.Length < shortest)
            return false;
        var headerLength = (bytes[0] & 0x0F) * 4;
        var totalLength = (int)BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (totalLength == 0)
            totalLength = wireLength; // segmentation offload: the length did not fit, or was not known yet
        if (headerLength < shortest || bytes.Length < headerLength || totalLength < headerLength || bytes[9] != ProtocolTcp)
            return false;
        var source = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        var destination = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        var captured = bytes[headerLength..Math.Min(totalLength, bytes.Length)];
        var length = totalLength - headerLength;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if ((fragment & 0x3FFF) != 0)
        {
            var key = new IpFragments.Key(source, destination, BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), ProtocolTcp);
            if (captured.Length < length || _fragments.Add(key, (fragment & 0x1FFF) * 8, (fragment & 0x2000) != 0, captured) is not { } whole)
                return false;
            captured = whole;
            length = whole.Length;
        }

        return TryParseTcp(captured, length, source, destination, isV6: false, out segment);
    }

    private bool TryParseIPv6(ReadOnlySpan<byte> bytes, int wireLength, out TcpSegment segment)
    {
        const int header = 40;
        segment = default;
        if (bytes.Length < header)
            return false;
        var source = BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]);
        var destination = BinaryPrimitives.ReadUInt128BigEndian(bytes[24..]);
        var next = bytes[6];
        var length = (int)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        bytes = bytes[header..];
        if (length == 0)
            length = wireLength - header; // jumbograms and segmentation offload
        bytes = bytes[..Math.Min(length, bytes.Length)];
        for (var i = 0; i < MaxExtensionHeaders && next != ProtocolTcp; i++)
        {
            // Hop-by-hop, routing and destination options carry their length in 8-byte units beyond the first.
            if (next is not (0 or 43 or 60 or FragmentHeader) || bytes.Length < 8)
                return false;
            var isFragment = next == FragmentHeader;
            next = bytes[0];
            var extension = isFragment ? 8 : (bytes[1] + 1) * 8;
            if (bytes.Length < extension)
                return false;
            var rest = bytes[extension..];
            length -= extension;
            if (isFragment && (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) & 0xFFF9) is var fragment && fragment != 0)
            {
                var key = new IpFragments.Key(source, destination, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), next);
                if (rest.Length < length || _fragments.Add(key, fragment & 0xFFF8, (fragment & 1) != 0, rest) is not { } whole)
                    return false;
                rest = whole;
                length = whole.Length;
            }

            bytes = rest;
        }

        return next == ProtocolTcp && TryParseTcp(bytes, length, source, destination, isV6: true, out segment);
    }

    private static bool TryParseTcp(ReadOnlySpan<byte> bytes, int length, UInt128 source, UInt128 destination, bool isV6, out TcpSegment segment)
    {
        segment = default;
        if (bytes.Length < 20)
            return false;
        var headerLength = (bytes[12] >> 4) * 4;
        if (headerLength < 20 || length < headerLength || bytes.Length < headerLength)
            return false;
        var flags = (TcpFlags)bytes[13];
        segment = new TcpSegment
        {
            Source = new TcpEndpoint(source, isV6, BinaryPrimitives.ReadUInt16BigEndian(bytes)),
            Destination = new TcpEndpoint(destination, isV6, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) + ((flags & TcpFlags.Syn) != TcpFlags.None ? 1u : 0),
            AcknowledgementNumber = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            Flags = flags,
            Payload = bytes[headerLength..],
            Length = length - headerLength,
        };
        return true;
    }
}
