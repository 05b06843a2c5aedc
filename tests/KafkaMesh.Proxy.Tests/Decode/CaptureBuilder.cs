using System.Buffers.Binary;
using KafkaMesh.Proxy.Decode;

namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>Writes captures: recorded packets in other formats, link layers and orders.</summary>
internal static class CaptureBuilder
{
    private const int EthernetHeader = 14;

    /// <summary>All packets of a recording.</summary>
    public static List<(long Nanoseconds, byte[] Bytes)> Packets(string path)
    {
        using var file = File.OpenRead(path);
        var reader = CaptureFile.Open(file, out _)!;
        var packets = new List<(long, byte[])>();
        while (reader.TryRead(out var packet))
            packets.Add((packet.Nanoseconds, packet.Bytes.ToArray()));
        return packets;
    }

    /// <summary>The IP packet in an Ethernet frame behind another link layer.</summary>
    public static byte[] Relink(byte[] ethernet, int linkType)
    {
        var ip = ethernet[EthernetHeader..];
        byte[] head = linkType switch
        {
            0 => [2, 0, 0, 0],
            108 => [0, 0, 0, 2],
            113 => [.. new byte[14], 8, 0],
            276 => [8, 0, .. new byte[18]],
            1 => [.. new byte[12], 0x81, 0, 0, 5, 8, 0],
            _ => [],
        };
        return [.. head, .. ip];
    }

    /// <summary>The same segment over IPv6, with an extension header, as raw IP.</summary>
    public static byte[] OverIPv6(byte[] ethernet)
    {
        var tcp = ethernet.AsSpan(EthernetHeader + 20);
        var packet = new byte[40 + 8 + tcp.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(8 + tcp.Length));
        packet[23] = 1; // ::1 on both sides
        packet[39] = 1;
        packet[40] = 6; // hop-by-hop options, then TCP
        tcp.CopyTo(packet.AsSpan(48));
        return packet;
    }

    /// <summary>A pcap file.</summary>
    public static byte[] Pcap(int linkType, IEnumerable<(long Nanoseconds, byte[] Bytes)> packets, bool bigEndian = false, bool nanoseconds = true, int snapLength = int.MaxValue)
    {
        var file = new List<byte>();
        file.AddRange(U32(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4, bigEndian));
        file.AddRange(U32(bigEndian ? 0x00020004u : 0x00040002u, bigEndian));
        file.AddRange(new byte[8]);
        file.AddRange(U32(262144, bigEndian));
        file.AddRange(U32((uint)linkType, bigEndian));
        foreach (var (time, bytes) in packets)
        {
            file.AddRange(U32((uint)(time / 1_000_000_000), bigEndian));
            file.AddRange(U32((uint)(time % 1_000_000_000 / (nanoseconds ? 1 : 1000)), bigEndian));
            file.AddRange(U32((uint)Math.Min(bytes.Length, snapLength), bigEndian));
            file.AddRange(U32((uint)bytes.Length, bigEndian));
            file.AddRange(bytes.Take(snapLength));
        }

        return [.. file];
    }

    /// <summary>A pcapng file with one interface of nanosecond resolution and a block of unknown type.</summary>
    public static byte[] PcapNg(int linkType, IEnumerable<(long Nanoseconds, byte[] Bytes)> packets, bool bigEndian)
    {
        var file = new List<byte>();
        Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D, bigEndian), .. U32(bigEndian ? 0x00010000u : 1u, bigEndian), .. U32(uint.MaxValue, bigEndian), .. U32(uint.MaxValue, bigEndian)]);
        Block(1, [.. U16((ushort)linkType, bigEndian), 0, 0, .. U32(0, bigEndian), .. U16(9, bigEndian), .. U16(1, bigEndian), 9, 0, 0, 0, 0, 0, 0, 0]);
        Block(0xBAD, [1, 2, 3, 4]);
        foreach (var (time, bytes) in packets)
        {
            Block(6,
            [
                .. U32(0, bigEndian), .. U32((uint)(time >> 32), bigEndian), .. U32((uint)time, bigEndian), .. U32((uint)bytes.Length, bigEndian), .. U32((uint)bytes.Length, bigEndian),
                .. bytes, .. new byte[(4 - (bytes.Length % 4)) % 4],
            ]);
        }

        return [.. file];

        void Block(uint type, byte[] body)
        {
            file.AddRange(U32(type, bigEndian));
            file.AddRange(U32((uint)body.Length + 12, bigEndian));
            file.AddRange(body);
            file.AddRange(U32((uint)body.Length + 12, bigEndian));
        }
    }

    private static byte[] U32(uint value, bool bigEndian)
    {
        var bytes = new byte[4];
        if (bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] U16(ushort value, bool bigEndian) => bigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];
}
