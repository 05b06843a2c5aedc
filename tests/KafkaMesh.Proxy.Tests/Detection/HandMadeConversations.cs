using System.Buffers.Binary;
using System.Text;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Detection;

/// <summary>
/// Conversations of protocols whose servers are not among Debian's packages, or whose first bytes come closest to Kafka's:
/// made by hand after the protocols' documents, not recorded.
/// </summary>
internal static class HandMadeConversations
{
    /// <summary>All of them, by name.</summary>
    public static IEnumerable<(string Name, (RelayFlow Flow, byte[] Bytes)[] Pieces)> All()
    {
        // MongoDB wire protocol: little-endian length, request id, response to, opcode (2013 OP_MSG, 2004 OP_QUERY). Lengths
        // whose low byte is 0 to 6, and request ids that read like an API key, come closest.
        foreach (var (length, requestId, opcode) in new[] { (63, 1, 2013), (0x0106, 0, 2013), (0x0106, 0x0300, 2013), (0x0200, 0, 2004), (0x0006_0001, 0x1200, 2013) })
            yield return ($"MongoDB, {length} bytes, request id {requestId}, opcode {opcode}", Mongo(length, requestId, opcode));

        // SMPP 3.4 section 3.2: length, command id, status, sequence number; the binds 1, 2 and 9 read like versions of Produce.
        foreach (var (bind, sequence) in new[] { (1, 1), (2, 1), (9, 1), (9, 2), (9, 0x0100) })
            yield return ($"SMPP, bind {bind}, sequence number {sequence}", Smpp(bind, sequence));

        // Modbus over TCP: transaction id, protocol 0, length, unit, function; unit 0 and function 3 read like UpdateMetadata 3.
        yield return ("Modbus", [Sent("000100000006" + "0003" + "00000001"), Received("000100000005" + "0003" + "020000")]);
        yield return ("Modbus, two requests at once", [Sent("000100000006000300000001" + "000200000006000300000001"), Received("0001000000050003020000" + "0002000000050003020000")]);

        // DSI (AFP over TCP): flags, command, request id, offset, length, reserved; OpenSession and GetStatus.
        yield return ("AFP OpenSession", [Sent("00040001" + "00000000" + "00000006" + "00000000" + "010400000400"), Received("01040001" + "00000000" + "00000006" + "00000000" + "000400100000")]);
        yield return ("AFP GetStatus", [Sent("00030001" + "00000000" + "00000000" + "00000000"), Received("01030001" + "00000000" + "00000004" + "00000000" + "00000000")]);

        // RTMP: C0 is 3, C1 is time, zero and random bytes; S0 and S1 the same. Random bytes that make a client id.
        yield return ("RTMP", [(RelayFlow.Request, Rtmp()), (RelayFlow.Response, Rtmp())]);

        // Cassandra native protocol 3 and 4, OPTIONS and STARTUP; its versions 1 and 2 have a shorter header.
        yield return ("Cassandra 4 OPTIONS", [Sent("040000000500000000"), Received("840000000600000002" + "0000")]);
        yield return ("Cassandra 2 OPTIONS", [Sent("0200000500000000"), Received("8200000600000002" + "0000")]);
        yield return ("Cassandra 2 STARTUP", [Sent("0200000100000016" + "0001" + "000b" + Hex("CQL_VERSION") + "0005" + Hex("3.0.0")), Received("8200000200000000")]);

        // DICOM A-ASSOCIATE-RQ, TPKT of RDP, Oracle TNS connect, Pulsar connect, RocketMQ, SMB 2, Diameter.
        yield return ("DICOM", [Sent("0100000000d1" + "0001" + "0000" + Hex("SERVER          CLIENT          ") + new string('0', 64)), Received("0200000000b8" + "0001" + "0000")]);
        yield return ("RDP", [Sent("0300001300" + "0ee0000000000001000800030000"), Received("0300001300" + "0ed0000012340002000800020000")]);
        yield return ("Oracle TNS", [Sent("00f40000010000000139012c00000800" + new string('0', 424)), Received("0020000002000000013900000800" + "7fff")]);
        yield return ("Pulsar", [Sent("0000002e0000002a" + "08021226" + Hex("0.1.2 pulsar-client-cpp v3.0 something!")), Received("0000001c00000018" + "080312140a06536572766572")]);
        yield return ("RocketMQ", [Sent("000000d3000000cf" + Hex("{\"code\":105,\"language\":\"JAVA\",\"opaque\":0,\"version\":401}")), Received("0000004b00000047" + Hex("{\"code\":0,\"opaque\":0}"))]);
        yield return ("SMB 2", [Sent("00000024" + "fe534d4240000000000000000000" + new string('0', 44)), Received("00000024" + "fe534d42")]);
        yield return ("Diameter", [Sent("0100001c" + "80000118" + "00000000" + "00000001" + "00000001" + "0000010840000008"), Received("01000014" + "00000118" + "00000000" + "00000001" + "00000001")]);

        // Erlang's port mapper, ALIVE2_REQ of a hidden node on a port whose low byte is 0: reads like ShareGroupDescribe 0.
        yield return ("Erlang ALIVE2 of a hidden node", [Sent("000f78a1004d00000600050002" + Hex("r") + "0000" + "00"), Received("79000001")]);

        // An echo server, and one that says nothing.
        yield return ("echo of a text line", [(RelayFlow.Request, "hello\r\n"u8.ToArray()), (RelayFlow.Response, "hello\r\n"u8.ToArray())]);
        yield return ("zeros", [(RelayFlow.Request, new byte[100]), (RelayFlow.Response, new byte[100])]);
        yield return ("ones", [(RelayFlow.Request, Enumerable.Repeat((byte)255, 100).ToArray()), (RelayFlow.Response, new byte[4])]);
    }

    private static (RelayFlow Flow, byte[] Bytes)[] Mongo(int length, int requestId, int opcode)
    {
        var message = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(message, length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), requestId);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), opcode);
        var answer = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(answer, length);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(8), requestId);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(12), opcode == 2013 ? 2013 : 1);
        return [(RelayFlow.Request, message), (RelayFlow.Response, answer)];
    }

    private static (RelayFlow Flow, byte[] Bytes)[] Smpp(int command, int sequence)
    {
        var body = Encoding.ASCII.GetBytes("smppuser\0secret08\0SUBMIT1\0\0\u0001\u0001\0");
        return
        [
            (RelayFlow.Request, [.. Wire.Int32(16 + body.Length), .. Wire.Int32(command), .. Wire.Int32(0), .. Wire.Int32(sequence), .. body]),
            (RelayFlow.Response, [.. Wire.Int32(25), .. Wire.Int32(unchecked((int)0x8000_0000) | command), .. Wire.Int32(0), .. Wire.Int32(sequence), .. Encoding.ASCII.GetBytes("Smppsrv1\0")]),
        ];
    }

    private static byte[] Rtmp()
    {
        var bytes = new byte[1 + 1536];
        new Random(5).NextBytes(bytes);
        bytes.AsSpan(1, 8).Clear();
        bytes[0] = 3;
        bytes[12] = 0; // where a client id's length would be
        return bytes;
    }

    private static (RelayFlow Flow, byte[] Bytes) Sent(string hex) => (RelayFlow.Request, Convert.FromHexString(hex));

    private static (RelayFlow Flow, byte[] Bytes) Received(string hex) => (RelayFlow.Response, Convert.FromHexString(hex));

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
