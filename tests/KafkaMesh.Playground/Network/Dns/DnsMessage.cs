using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace KafkaMesh.Playground.Network.Dns;

/// <summary>Reads queries and writes answers (RFC 1035, section 4): one question, A and AAAA answers.</summary>
internal static class DnsMessage
{
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28;
    public const ushort ClassInternet = 1;
    private const int HeaderSize = 12;
    private const int MaximumNameSize = 255;
    private const int MaximumUdpSize = 512;
    private const uint TimeToLiveSeconds = 5;

    /// <summary>Reads the question of a query. False with <see cref="DnsCode.FormatError"/> or <see cref="DnsCode.NotImplemented"/> when the packet is not a
    /// query with exactly one well-formed question; false with <see cref="DnsCode.NoError"/> when it must not be answered at all (too short, or a response).</summary>
    public static bool TryReadQuestion(ReadOnlySpan<byte> packet, out DnsQuestion question, out int questionEnd, out DnsCode error)
    {
        question = default;
        questionEnd = HeaderSize;
        error = DnsCode.NoError;
        if (packet.Length < HeaderSize || (packet[2] & 0x80) != 0) return false;
        error = (packet[2] & 0x78) != 0 ? DnsCode.NotImplemented : DnsCode.FormatError;
        if (error == DnsCode.NotImplemented || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != 1) return false;
        var position = HeaderSize;
        if (!TryReadName(packet, ref position, out var name) || packet.Length - position < 4) return false;
        question = new DnsQuestion(name, BinaryPrimitives.ReadUInt16BigEndian(packet[position..]), BinaryPrimitives.ReadUInt16BigEndian(packet[(position + 2)..]));
        questionEnd = position + 4;
        error = DnsCode.NoError;
        return true;
    }

    /// <summary>Writes an answer to <paramref name="query"/>: its id and question, the code, and one record for each address. Over UDP, addresses beyond
    /// 512 bytes are left out and the truncation bit tells the client to ask again over TCP.</summary>
    public static byte[] WriteAnswer(ReadOnlySpan<byte> query, int questionEnd, DnsCode code, ushort type, IReadOnlyList<IPAddress> addresses, bool truncate)
    {
        var hasQuestion = questionEnd > HeaderSize;
        var recordSize = 12 + (type == TypeA ? 4 : 16);
        var fits = truncate ? Math.Min(addresses.Count, (MaximumUdpSize - questionEnd) / recordSize) : addresses.Count;
        var answer = new byte[questionEnd + (fits * recordSize)];
        query[..questionEnd].CopyTo(answer);
        answer[2] = (byte)(0x84 | (query[2] & 0x79) | (fits < addresses.Count ? 0x02 : 0)); // response, authoritative, opcode and recursion desired as asked
        answer[3] = (byte)code;
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(4), (ushort)(hasQuestion ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)fits);
        answer.AsSpan(8, 4).Clear();
        for (var i = 0; i < fits; i++) WriteRecord(answer.AsSpan(questionEnd + (i * recordSize), recordSize), type, addresses[i]);
        return answer;
    }

    private static void WriteRecord(Span<byte> record, ushort type, IPAddress address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | HeaderSize); // a pointer to the question's name
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], ClassInternet);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], TimeToLiveSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)(record.Length - 12));
        address.TryWriteBytes(record[12..], out _);
    }

    /// <summary>A question's name: labels only. A pointer cannot stand in the first name of a message, and refusing it rules out loops.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> packet, ref int position, out string name)
    {
        var text = new StringBuilder();
        name = "";
        var start = position;
        while (position < packet.Length)
        {
            int size = packet[position++];
            if (size == 0)
            {
                name = text.ToString();
                return true;
            }
            if (size > 63 || size > packet.Length - position || position + size - start > MaximumNameSize) return false;
            if (text.Length > 0) text.Append('.');
            foreach (var c in packet.Slice(position, size)) text.Append(c is >= 0x21 and <= 0x7E ? char.ToLowerInvariant((char)c) : '?');
            position += size;
        }
        return false;
    }
}
