using System.Buffers.Binary;

namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>Reads the recorded conversations: classic pcap, Ethernet, IPv4, TCP. No more than they need.</summary>
internal static class Pcap
{
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const int Ethernet = 14;

    /// <summary>The bytes of each direction of each connection, in order of first appearance.</summary>
    public static IReadOnlyList<TcpStream> ReadStreams(string file)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(file);
        Assert.Equal(0xa1b2c3d4u, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        var streams = new Dictionary<(int From, int To), TcpStream>();
        var ordered = new List<TcpStream>();
        for (var at = FileHeader; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(at + 8)..]);
            var packet = bytes.Slice(at + PacketHeader, length);
            at += PacketHeader + length;
            Add(packet[Ethernet..], streams, ordered);
        }

        return ordered;
    }

    private static void Add(ReadOnlySpan<byte> ip, Dictionary<(int From, int To), TcpStream> streams, List<TcpStream> ordered)
    {
        var total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        var tcp = ip[((ip[0] & 0x0f) * 4)..total];
        var from = BinaryPrimitives.ReadUInt16BigEndian(tcp);
        var to = BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]);
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        var isSyn = (tcp[13] & 0x02) != 0;
        if (isSyn || !streams.TryGetValue((from, to), out var stream))
        {
            stream = new TcpStream(from, to, isSyn ? sequence + 1 : sequence);
            streams[(from, to)] = stream;
            ordered.Add(stream);
        }

        stream.Add(sequence, tcp[((tcp[12] >> 4) * 4)..]);
    }
}
