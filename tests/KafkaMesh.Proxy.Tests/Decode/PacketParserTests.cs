using System.Buffers.Binary;
using KafkaMesh.Proxy.Decode;

namespace KafkaMesh.Proxy.Tests.Decode;

public class PacketParserTests
{
    private static readonly byte[] s_tcp = [0x9C, 0x40, 0x23, 0x84, 0, 0, 0, 7, 0, 0, 0, 9, 0x50, 0x18, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 60).Select(i => (byte)i)];
    private readonly PacketParser _parser = new();

    [Fact]
    public void TryParse_IPv6Fragments_InAnyOrderGiveTheSegment()
    {
        var unfragmentable = new byte[8];
        var first = IPv6(44, [6, 0, 0, 1, 0, 0, 0, 5, .. s_tcp[..24]]);
        var second = IPv6(44, [6, 0, 0, 24 | 1, 0, 0, 0, 5, .. s_tcp[24..48]]);
        var last = IPv6(0, [44, .. unfragmentable[1..], 6, 0, 0, 48, 0, 0, 0, 5, .. s_tcp[48..]]);
        Assert.Equal("", Parse(LinkType.Raw, last));
        Assert.Equal("", Parse(LinkType.Raw, first));
        Assert.Equal("[::1]:40000 > [::1]:9092 7 9 60/60", Parse(LinkType.Raw, second));
    }

    [Fact]
    public void TryParse_AtomicIPv6Fragment_IsAWholePacket() =>
        Assert.Equal("[::1]:40000 > [::1]:9092 7 9 60/60", Parse(LinkType.Raw, IPv6(44, [6, 0, 0, 0, 0, 0, 0, 5, .. s_tcp])));

    [Fact]
    public void TryParse_ManyIncompletePackets_KeepsABoundedNumber()
    {
        for (uint i = 0; i < 4 * IpFragments.MaxPackets; i++)
        {
            byte[] fragment = IPv6(44, [6, 0, 0, 1, 0, 0, 0, 0, .. s_tcp[..24]]);
            BinaryPrimitives.WriteUInt32BigEndian(fragment.AsSpan(44), i);
            Assert.Equal("", Parse(LinkType.Raw, fragment));
        }
    }

    [Fact]
    public void TryParse_VlanTagInCookedPackets_IsPassed()
    {
        var packet = IPv6(6, s_tcp);
        const string expected = "[::1]:40000 > [::1]:9092 7 9 60/60";
        Assert.Equal(expected, Parse(LinkType.LinuxCooked, [.. new byte[14], 0x81, 0, 0, 5, 0x86, 0xDD, .. packet]));
        Assert.Equal(expected, Parse(LinkType.LinuxCooked2, [0x81, 0, .. new byte[18], 0, 5, 0x86, 0xDD, .. packet]));
    }

    [Fact]
    public void TryParse_CutPacketOfUnknownLength_TakesTheLengthOfTheWire()
    {
        var packet = IPv6(6, s_tcp);
        packet[4] = packet[5] = 0; // as segmentation offload leaves it
        Assert.Equal("[::1]:40000 > [::1]:9092 7 9 10/60", Parse(LinkType.Raw, packet[..70], packet.Length));
    }

    private static byte[] IPv6(byte next, byte[] content)
    {
        var packet = new byte[40 + content.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)content.Length);
        packet[6] = next;
        packet[23] = packet[39] = 1;
        content.CopyTo(packet, 40);
        return packet;
    }

    private string Parse(LinkType linkType, byte[] bytes, int? wireLength = null) =>
        _parser.TryParse(new CapturedPacket(linkType, 0, bytes, wireLength ?? bytes.Length), out var segment)
            ? $"{segment.Source.ToIPEndPoint()} > {segment.Destination.ToIPEndPoint()} {segment.Sequence} {segment.Acknowledged} {segment.Payload.Length}/{segment.Length}"
            : "";
}
