using System.Buffers.Binary;
using System.Text;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Detection;

public class ClientHelloReaderTests
{
    [Theory]
    [InlineData("tls12")]
    [InlineData("tls13")]
    public void Read_RecordedByOpenSsl_NamesServerAndProtocolsAtAnyCut(string recording)
    {
        var connections = RecordedConnection.Read(ForeignRecording.All().Single(row => row.Name == recording).File);
        Assert.Equal(2, connections.Count);
        var (named, unnamed) = (Hello(connections[0]), Hello(connections[1]));
        for (var cut = 1; cut < named.Length; cut++)
            AssertNamed(Read(named[..cut], named[cut..]));
        AssertNamed(Read([.. named.Select(value => new[] { value })]));
        var (status, hello) = Read(unnamed);
        Assert.Equal(ClientHelloStatus.Done, status);
        Assert.Null(hello!.ServerName);
        Assert.Empty(hello.Protocols);
    }

    [Fact]
    public void Read_RecordedLibrdkafka_IsWellFormed()
    {
        foreach (var connection in RecordedConnection.Read(Path.Combine(TestPaths.Captures, "tls_kcat-kafka4.1.0.pcap")))
            Assert.Equal(ClientHelloStatus.Done, Read(Hello(connection)).Status);
    }

    [Fact]
    public void Read_SplitOverRecords_NamesServer()
    {
        var message = Message(Extension(0, Vector16([0, .. Vector16("broker-0.example"u8)])), Extension(16, Vector16([.. Vector8("kafka"u8), .. Vector8("h2"u8)])));
        for (var fragment = 1; fragment < 70; fragment++)
        {
            var (status, hello) = Read([.. message.Chunk(fragment).SelectMany(Record)]);
            Assert.Equal(ClientHelloStatus.Done, status);
            Assert.Equal("broker-0.example", hello!.ServerName);
            Assert.Equal(["kafka", "h2"], hello.Protocols);
        }
    }

    [Fact]
    public void Read_NamesWithControlCharacters_AreSafeToPrint()
    {
        var (_, hello) = Read(Record(Message(Extension(0, Vector16([0, .. Vector16("a\r\nb\u001b[31m"u8)])), Extension(16, Vector16(Vector8([7, 0xFF]))))));
        Assert.Equal("a\\x0d\\x0ab\\x1b[31m", hello!.ServerName);
        Assert.Equal(["\\x07\\xff"], hello.Protocols);
    }

    [Fact]
    public void Read_ManyProtocols_KeepsTheFirst()
    {
        var (_, hello) = Read(Record(Message(Extension(16, Vector16([.. Enumerable.Repeat(Vector8("h2"u8), 2000).SelectMany(name => name)])))));
        Assert.Equal(ClientHelloParser.MaxProtocols, hello!.Protocols.Count);
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "an alert", [21, 3, 3, 0, 2, 2, 40] },
        { "an empty record", [22, 3, 1, 0, 0] },
        { "a ServerHello", Record([2, 0, 0, 0]) },
        { "no room for the random bytes", Record([1, 0, 0, 2, 3, 3]) },
        { "a session id beyond the message", Record([1, 0, 0, 35, 3, 3, .. new byte[32], 255]) },
        { "extensions beyond the message", Record([1, 0, 0, 41, 3, 3, .. new byte[32], 0, 0, 0, 0, 0xFF, 0xFF, 0]) },
        { "an extension beyond the extensions", Record(Message([0, 0, 0xFF, 0xFF])) },
        { "half an extension", Record(Message([0])) },
        { "a server name beyond its list", Record(Message(Extension(0, Vector16([0, 0xFF, 0xFF, 65])))) },
        { "an empty server name", Record(Message(Extension(0, Vector16([0, 0, 0])))) },
        { "a server name too long for DNS", Record(Message(Extension(0, Vector16([0, .. Vector16(new byte[256])])))) },
        { "bytes behind the list of names", Record(Message(Extension(0, [.. Vector16([0, 0, 1, 65]), 9]))) },
        { "an empty protocol name", Record(Message(Extension(16, Vector16([0])))) },
        { "a protocol name beyond its list", Record(Message(Extension(16, Vector16([5, 65])))) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_Malformed_IsNamedSo(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        Assert.Equal((ClientHelloStatus.Malformed, null), Read(bytes));
        Assert.Equal((ClientHelloStatus.Malformed, null), Read([.. bytes.Select(value => new[] { value })]));
    }

    [Fact]
    public void Read_LongerThanLimit_IsGivenUpAndKeepsNothing()
    {
        Assert.Equal((ClientHelloStatus.TooLong, null), Read(Record([1, 0xFF, 0xFF, 0xFF])));
        var atLimit = ClientHelloReader.MaxBytes - 4;
        byte[] longest = [.. Record(Message(Extension(21, new byte[atLimit - 43 - 4])))];
        Assert.Equal(ClientHelloStatus.Done, Read(longest).Status);
        byte[] tooLong = [.. Record(Message(Extension(21, new byte[atLimit - 43 - 3])))];
        Assert.Equal(ClientHelloStatus.TooLong, Read(tooLong).Status);
    }

    [Fact]
    public void Read_MutatedAndTruncated_NeverThrows()
    {
        var random = new Random(3);
        var valid = Hello(RecordedConnection.Read(ForeignRecording.All().Single(row => row.Name == "tls13").File)[0]);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = valid[..random.Next(1, valid.Length + 1)];
            for (var flips = random.Next(1, 5); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = random.Next(bytes.Length);
            _ = Read(bytes[..cut], bytes[cut..]);
        }
    }

    private static byte[] Hello(RecordedConnection connection) => connection.Joined().First(piece => piece.Flow == RelayFlow.Request).Bytes;

    private static void AssertNamed((ClientHelloStatus Status, ClientHello? Hello) result)
    {
        Assert.Equal(ClientHelloStatus.Done, result.Status);
        Assert.Equal("broker.example", result.Hello!.ServerName);
        Assert.Equal(["kafka", "h2", "http/1.1"], result.Hello.Protocols);
    }

    private static (ClientHelloStatus Status, ClientHello? Hello) Read(params byte[][] pieces)
    {
        var reader = new ClientHelloReader();
        foreach (var piece in pieces)
            _ = reader.Read(piece);
        return (reader.Status, reader.Hello);
    }

    private static byte[] Record(byte[] fragment) => [22, 3, 1, (byte)(fragment.Length >> 8), (byte)fragment.Length, .. fragment];

    /// <summary>A ClientHello of 43 bytes and its extensions, with handshake header.</summary>
    private static byte[] Message(params byte[][] extensions)
    {
        var all = extensions.SelectMany(extension => extension).ToArray();
        byte[] hello = [3, 3, .. Encoding.ASCII.GetBytes("random bytes, thirty-two of them"), 0, 0, 2, 0x13, 1, 1, 0, .. Vector16(all)];
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, hello.Length);
        return [1, .. length[1..], .. hello];
    }

    private static byte[] Extension(int type, byte[] data) => [(byte)(type >> 8), (byte)type, .. Vector16(data)];

    private static byte[] Vector16(ReadOnlySpan<byte> bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private static byte[] Vector8(ReadOnlySpan<byte> bytes) => [(byte)bytes.Length, .. bytes];
}
