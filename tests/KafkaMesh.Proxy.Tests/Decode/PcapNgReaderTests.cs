using System.Buffers.Binary;
using KafkaMesh.Proxy.Decode;

namespace KafkaMesh.Proxy.Tests.Decode;

public class PcapNgReaderTests
{
    [Theory]
    [InlineData(6, 1_700_000_000_123_456UL, 1_700_000_000_123_456_000)]
    [InlineData(9, 1_700_000_000_123_456_789UL, 1_700_000_000_123_456_789)]
    [InlineData(3, 1_700_000_000_123UL, 1_700_000_000_123_000_000)]
    [InlineData(12, 17_000_000_001_234_567UL, 17_000_000_001_234)]
    [InlineData(0x80 | 32, (1_700_000_000UL << 32) + (1UL << 31), 1_700_000_000_500_000_000)]
    [InlineData(0x80 | 10, 1024UL * 5, 5_000_000_000)]
    public void TryRead_AnyResolution_GivesNanoseconds(int resolution, ulong ticks, long expected)
    {
        var file = new Builder(bigEndian: false).Section().Interface(1, 0, [9, 0, 1, 0, (byte)resolution, 0, 0, 0]).Packet(0, ticks, [1, 2, 3]);
        Assert.Equal([new Packet(LinkType.Ethernet, expected, "010203", 3)], file.Read(out _));
    }

    [Fact]
    public void TryRead_TimeOffset_IsAdded()
    {
        var file = new Builder(bigEndian: false).Section().Interface(1, 0, [14, 0, 8, 0, 100, 0, 0, 0, 0, 0, 0, 0]).Packet(0, 5_000_000, [1]);
        Assert.Equal(105_000_000_000, file.Read(out _)[0].Nanoseconds);
    }

    [Fact]
    public void TryRead_SectionsOfBothByteOrdersWithSeveralInterfaces_GivesEachPacketItsLinkType()
    {
        var file = new Builder(bigEndian: true).Section().Interface(113, 0, []).Interface(101, 0, []).Block(0xBAD, [1, 2, 3, 4]).Packet(1, 1, [1]).Packet(0, 2, [2]);
        file.IsBigEndian = false;
        file.Section().Interface(276, 0, []).Packet(0, 3, [3]);
        Assert.Equal([LinkType.Raw, LinkType.LinuxCooked, LinkType.LinuxCooked2], file.Read(out _).Select(packet => packet.LinkType));
    }

    [Fact]
    public void TryRead_SimplePackets_AreCutAtTheInterfacesLimitAndAsLateAsTheOneBefore()
    {
        var file = new Builder(bigEndian: false).Section().Interface(1, 5, []).SimplePacket(3, [1, 2, 3]).Packet(0, 7, [9]).SimplePacket(100, [1, 2, 3, 4, 5]);
        Assert.Equal(
            [new Packet(LinkType.Ethernet, 0, "010203", 3), new Packet(LinkType.Ethernet, 7000, "09", 1), new Packet(LinkType.Ethernet, 7000, "0102030405", 100)],
            file.Read(out _));
    }

    [Fact]
    public void TryRead_InterfaceThatWasNotDescribed_SaysWhere()
    {
        Assert.Empty(new Builder(bigEndian: false).Section().Interface(1, 0, []).Packet(3, 0, [1]).Read(out var error));
        Assert.Equal("the packet block at byte 48 names interface 3, which was not described", error);
    }

    private sealed record Packet(LinkType LinkType, long Nanoseconds, string Bytes, int WireLength);

    private sealed class Builder(bool bigEndian)
    {
        private readonly List<byte> _file = [];

        public bool IsBigEndian { get; set; } = bigEndian;

        public Builder Section() => Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U32(IsBigEndian ? 0x00010000u : 1u), .. U32(uint.MaxValue), .. U32(uint.MaxValue)]);

        public Builder Interface(ushort linkType, uint snapLength, byte[] options) =>
            Block(1, [.. IsBigEndian ? [(byte)(linkType >> 8), (byte)linkType] : new[] { (byte)linkType, (byte)(linkType >> 8) }, 0, 0, .. U32(snapLength), .. options]);

        public Builder Packet(uint index, ulong ticks, byte[] bytes) =>
            Block(6, [.. U32(index), .. U32((uint)(ticks >> 32)), .. U32((uint)ticks), .. U32((uint)bytes.Length), .. U32((uint)bytes.Length), .. bytes]);

        public Builder SimplePacket(uint wireLength, byte[] bytes) => Block(3, [.. U32(wireLength), .. bytes]);

        public Builder Block(uint type, byte[] body)
        {
            byte[] padded = [.. body, .. new byte[(4 - (body.Length % 4)) % 4]];
            _file.AddRange([.. U32(type), .. U32((uint)padded.Length + 12), .. padded, .. U32((uint)padded.Length + 12)]);
            return this;
        }

        public List<Packet> Read(out string? error)
        {
            var reader = CaptureFile.Open(new MemoryStream([.. _file]), out _)!;
            var packets = new List<Packet>();
            while (reader.TryRead(out var packet))
                packets.Add(new Packet(packet.LinkType, packet.Nanoseconds, Convert.ToHexString(packet.Bytes.Span), packet.WireLength));
            error = reader.Error;
            return packets;
        }

        private byte[] U32(uint value)
        {
            var bytes = new byte[4];
            if (IsBigEndian)
                BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            else
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return bytes;
        }
    }
}
