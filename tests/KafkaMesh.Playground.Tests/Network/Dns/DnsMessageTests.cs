using System.Net;
using System.Text;
using KafkaMesh.Playground.Network.Dns;

namespace KafkaMesh.Playground.Tests.Network;

public sealed class DnsMessageTests
{
    private static readonly byte[] Header = [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Query = [.. Header, .. Name("Kafka.Default"), 0, 1, 0, 1];

    internal static byte[] Name(string name) => [.. name.Split('.').SelectMany(label => new[] { (byte)label.Length }.Concat(Encoding.ASCII.GetBytes(label))), 0];

    [Fact]
    public void TryReadQuestion_Query_NameIsLowerCase()
    {
        Assert.True(DnsMessage.TryReadQuestion(Query, out var question, out var end, out _));
        Assert.Equal(new DnsQuestion("kafka.default", DnsMessage.TypeA, DnsMessage.ClassInternet), question);
        Assert.Equal(Query.Length, end);
    }

    [Fact]
    public void TryReadQuestion_EveryPrefixOfAQuery_IsRefusedWithoutFault()
    {
        for (var size = 0; size < Query.Length; size++)
        {
            Assert.False(DnsMessage.TryReadQuestion(Query.AsSpan(0, size), out _, out _, out var error));
            Assert.Equal(size < 12 ? DnsCode.NoError : DnsCode.FormatError, error);
        }
    }

    [Fact]
    public void TryReadQuestion_AnyByteChanged_NeverThrowsAndNeverReadsPastTheEnd()
    {
        for (var at = 0; at < Query.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var packet = Query.ToArray();
                packet[at] = (byte)value;
                if (DnsMessage.TryReadQuestion(packet, out _, out var end, out _)) Assert.InRange(end, 17, packet.Length);
            }
        }
    }

    public static TheoryData<string, byte[]> HostilePackets => new()
    {
        { "a pointer to itself", [.. Header, 0xC0, 12, 0, 1, 0, 1] },
        { "a label longer than the packet", [.. Header, 63, (byte)'a', 0, 0, 1, 0, 1] },
        { "a reserved label type", [.. Header, 0x80, 0, 0, 1, 0, 1] },
        { "a name of more than 255 bytes", [.. Header, .. Enumerable.Repeat(Name(new string('a', 63))[..^1], 5).SelectMany(l => l), 0, 0, 1, 0, 1] },
        { "no question", [0xAB, 0xCD, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "65,535 questions", [0xAB, 0xCD, 1, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, .. Name("a"), 0, 1, 0, 1] },
    };

    [Theory]
    [MemberData(nameof(HostilePackets))]
    public void TryReadQuestion_HostilePacket_IsAFormatError(string what, byte[] packet)
    {
        Assert.False(DnsMessage.TryReadQuestion(packet, out _, out _, out var error), what);
        Assert.Equal(DnsCode.FormatError, error);
    }

    [Fact]
    public void TryReadQuestion_Response_IsNotAnsweredAtAll()
    {
        var packet = Query.ToArray();
        packet[2] |= 0x80; // Two servers that answer responses would answer each other for ever.
        Assert.False(DnsMessage.TryReadQuestion(packet, out _, out _, out var error));
        Assert.Equal(DnsCode.NoError, error);
    }

    [Fact]
    public void WriteAnswer_MoreAddressesThanFitADatagram_SetsTheTruncationBit()
    {
        var addresses = Enumerable.Range(1, 100).Select(i => new IPAddress([10, 0, 0, (byte)i])).ToList();
        var datagram = DnsMessage.WriteAnswer(Query, Query.Length, DnsCode.NoError, DnsMessage.TypeA, addresses, truncate: true);
        Assert.InRange(datagram.Length, 400, 512);
        Assert.Equal(0x02, datagram[2] & 0x02);
        var stream = DnsMessage.WriteAnswer(Query, Query.Length, DnsCode.NoError, DnsMessage.TypeA, addresses, truncate: false);
        Assert.Equal(Query.Length + (100 * 16), stream.Length);
        Assert.Equal(0, stream[2] & 0x02);
    }

    [Theory]
    [InlineData("kafka.default.svc.cluster.local", 1, 0, 1)]
    [InlineData("kafka.default.svc.cluster.local", 28, 0, 0)]
    [InlineData("default.svc.cluster.local", 1, 0, 0)]
    [InlineData("other.default.svc.cluster.local", 1, 3, 0)]
    [InlineData("example.com", 1, 3, 0)]
    public void Resolve_Name_GivesCodeAndAddresses(string name, int type, int code, int addresses)
    {
        var zone = new ClusterZone();
        zone.Replace(new Dictionary<string, IReadOnlyList<IPAddress>> { ["kafka.default.svc.cluster.local"] = [IPAddress.Parse("10.96.1.2")] });
        var answer = zone.Resolve(new DnsQuestion(name, (ushort)type, DnsMessage.ClassInternet));
        Assert.Equal((DnsCode)code, answer.Code);
        Assert.Equal(addresses, answer.Addresses.Count);
    }
}
