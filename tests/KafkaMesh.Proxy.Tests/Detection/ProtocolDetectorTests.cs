using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Detection;

public class ProtocolDetectorTests
{
    public static TheoryData<string, string, string> FirstBytes => new()
    {
        // What a client of each protocol sends first; all hand-made after the protocol's specification.
        { "TLS 1.2 ClientHello", "Tls", "160301012401000120030388" },
        { "TLS 1.0 record of SSL 3.0", "Tls", "16030000650100006103" },
        { "HTTP GET", "Http", Hex("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n") },
        { "HTTP OPTIONS", "Http", Hex("OPTIONS * HTTP/1.1\r\n\r\n") },
        { "HTTP/2 preface", "Http", Hex("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
        { "HTTP GET of a URL", "Http", Hex("GET http://kafka.example/ HTTP/1.1\r\n") },
        { "HTTP CONNECT", "Http", Hex("CONNECT kafka:9092 HTTP/1.1\r\n") },
        { "Redis inline command that is also a method", "Opaque", Hex("GET key\r\n") },
        { "RTSP", "Opaque", Hex("OPTIONS rtsp://camera/ RTSP/1.0\r\n") },
        { "NATS, had the server not spoken first", "Opaque", Hex("CONNECT {\"verbose\":false}\r\n") },
        { "PROXY protocol 1", "Opaque", Hex("PROXY TCP4 10.0.0.1 10.0.0.2 1 9092\r\n") },
        { "SSH", "Opaque", Hex("SSH-2.0-OpenSSH_9.2p1\r\n") },
        { "Redis RESP", "Opaque", Hex("*1\r\n$4\r\nPING\r\n") },
        { "Redis inline", "Opaque", Hex("PING\r\n") },
        { "PostgreSQL SSLRequest", "Opaque", "0000000804d2162f" },
        { "PostgreSQL startup", "Opaque", "0000002500030000" + Hex("user\0x\0\0") },
        { "AMQP 0-9-1", "Opaque", Hex("AMQP") + "00000901" },
        { "MQTT CONNECT", "Opaque", "101000044d5154540402003c0004" + Hex("abcd") },
        { "MongoDB OP_MSG", "Opaque", "3f0000000100000000000000dd07000000000000" },
        { "DNS over TCP", "Opaque", "001dabcd01000001000000000000076578616d706c6503636f6d0000010001" },
        { "Cassandra OPTIONS v4", "Opaque", "040000000500000000" },
        { "LDAP bind", "Opaque", "300c020101600702010304008000" },
        { "Thrift framed", "Opaque", "0000001a80010001000000047465737400000000" },
        { "SMTP", "Opaque", Hex("EHLO example\r\n") },
        { "GSSAPI token of Kafka 0.9", "Sasl", "0000001f601d06092a864886f71201020201006e" },
        { "all zero", "Opaque", "00000000000000000000000000000000" },
        { "all ones", "Opaque", "ffffffffffffffffffffffffffffffff" },
    };

    [Theory]
    [MemberData(nameof(FirstBytes))]
    public void Examine_FirstBytesOfProtocol_TellsItAtAnyFragmentation(string name, string expected, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var first = 1; first <= bytes.Length; first++)
            Assert.True(expected == Examine(bytes, first), $"{name}, first segment {first} bytes: {Examine(bytes, first)}");
    }

    [Fact]
    public void Examine_KafkaRequest_TellsItAtAnyFragmentation()
    {
        byte[][] requests =
        [
            Wire.Request(18, 3, 1, "rdkafka", [8, .. "librdkaf"u8, 2, .. "1"u8, 0], flexible: true),
            Wire.Request(18, 0, 0, null, []),
            Wire.Request(3, 1, int.MinValue, "", Wire.Int32(-1)),
            Wire.Request(18, 6, 1, "from the future", [0]),
            Wire.Frame([.. Wire.Int16(7), .. Wire.Int16(0), .. Wire.Int32(1), .. Wire.Int32(2)]),
        ];
        foreach (var request in requests)
        {
            for (var first = 1; first <= request.Length; first++)
                Assert.Equal("Kafka", Examine(request, first));
        }
    }

    [Fact]
    public void Examine_RandomBytes_NeverKafka()
    {
        var random = new Random(20_261_124);
        var bytes = new byte[64];
        for (var i = 0; i < 1_000_000; i++)
        {
            random.NextBytes(bytes);
            ReadOnlySpan<byte> input = bytes;
            var verdict = default(ProtocolDetector).Examine(ref input);
            Assert.NotEqual(ConnectionProtocol.Silent, verdict);
            Assert.NotEqual(ConnectionProtocol.Kafka, verdict);
        }
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("00000007001200000000")] // smaller than any header
    [InlineData("064000010012000000000001ffff")] // larger than a broker accepts
    [InlineData("00000010005d0000000000010000")] // a key beyond the known ones
    [InlineData("0000001000120008000000010000")] // a version far beyond the known ones
    [InlineData("0000001000128000000000010000")] // a negative version
    [InlineData("000000100012000000000001fffe")] // a client id length below -1
    [InlineData("0000001000120000000000010007")] // a client id that reaches beyond the frame
    public void Examine_ImplausibleHeader_IsOpaque(string hex) => Assert.Equal("Opaque", Examine(Convert.FromHexString(hex), 1));

    private static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));

    private static string Examine(byte[] bytes, int first)
    {
        var detector = default(ProtocolDetector);
        ReadOnlySpan<byte> segment = bytes.AsSpan(0, first);
        var verdict = detector.Examine(ref segment);
        for (var i = first; i < bytes.Length && verdict == ConnectionProtocol.Silent; i++)
        {
            segment = bytes.AsSpan(i, 1);
            verdict = detector.Examine(ref segment);
        }

        return verdict.ToString();
    }
}
