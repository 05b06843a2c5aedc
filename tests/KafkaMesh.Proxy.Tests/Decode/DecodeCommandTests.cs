using System.Text.Json;
using System.Text.RegularExpressions;
using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Decode;

public class DecodeCommandTests
{
    private const string Recording = "kcat1.7.1_lrd2.0.2-kafka4.1.0";

    private static readonly string s_path = Path.Combine(TestPaths.Captures, Recording + ".pcap");
    private static readonly List<(long Nanoseconds, byte[] Bytes)> s_packets = CaptureBuilder.Packets(s_path);
    private static readonly string s_expected = Decode(File.ReadAllBytes(s_path));

    [Fact]
    public void Decode_Recording_WritesTheDocumentedProperties()
    {
        var lines = s_expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            "time connection kind apiKey api version correlationId clientId size",
            string.Join(' ', lines[0].EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            "time connection kind apiKey api version correlationId clientId size latencyMs errors",
            string.Join(' ', lines[1].EnumerateObject().Select(property => property.Name)));
        Assert.Equal("2026-11-22T07:45:24.833836000Z", lines[0].GetProperty("time").GetString());
        Assert.Equal("127.0.0.1:50812-127.0.0.1:19092", lines[0].GetProperty("connection").GetString());
        Assert.Equal(13.864m, lines[1].GetProperty("latencyMs").GetDecimal());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Decode_PcapOfAnyByteOrderAndResolution_IsTheSame(bool bigEndian, bool nanoseconds) =>
        Assert.Equal(s_expected, Decode(CaptureBuilder.Pcap(1, s_packets, bigEndian, nanoseconds)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_PcapNg_IsTheSame(bool bigEndian) => Assert.Equal(s_expected, Decode(CaptureBuilder.PcapNg(1, s_packets, bigEndian)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)] // with a VLAN tag
    [InlineData(12)]
    [InlineData(101)]
    [InlineData(108)]
    [InlineData(113)]
    [InlineData(228)]
    [InlineData(276)]
    public void Decode_AnyLinkLayer_IsTheSame(int linkType) =>
        Assert.Equal(s_expected, Decode(CaptureBuilder.Pcap(linkType, s_packets.Select(packet => (packet.Nanoseconds, CaptureBuilder.Relink(packet.Bytes, linkType))))));

    [Fact]
    public void Decode_IPv6_IsTheSameButForTheAddresses()
    {
        var output = Decode(CaptureBuilder.Pcap(229, s_packets.Select(packet => (packet.Nanoseconds, CaptureBuilder.OverIPv6(packet.Bytes)))));
        Assert.Equal(s_expected.Replace("127.0.0.1:", "[::1]:", StringComparison.Ordinal), output);
    }

    [Fact]
    public void Decode_RetransmittedSegments_AreSeenOnce() =>
        Assert.Equal(s_expected, Decode(CaptureBuilder.Pcap(1, s_packets.SelectMany(packet => new[] { packet, packet }))));

    [Fact]
    public void Decode_SplitOverlappingAndReorderedSegments_GiveTheSameMessages()
    {
        var random = new Random(5);
        var packets = s_packets.SelectMany(packet => Disorder(packet, random));
        Assert.Equal(WithoutTimes(s_expected), WithoutTimes(Decode(CaptureBuilder.Pcap(1, packets))));
    }

    [Fact]
    public void Decode_LostSegment_IsAGapAndTheRestGoesOn()
    {
        var payload = s_packets.Select((packet, i) => (packet.Bytes.Length, i)).Where(entry => entry.Length > 90).Skip(3).First().i;
        var output = Decode(CaptureBuilder.Pcap(1, s_packets.Where((_, i) => i != payload)));
        Assert.Contains("capture_gap", output, StringComparison.Ordinal);
        var lost = s_expected.Count(c => c == '\n') - output.Split('\n').Count(line => line.Contains("\"kind\":\"request\"", StringComparison.Ordinal) || line.Contains("\"kind\":\"response\"", StringComparison.Ordinal));
        Assert.InRange(lost, 1, 12);
    }

    [Fact]
    public void Decode_TruncatedAnywhere_SaysSoOrEndsInOrder()
    {
        foreach (var file in new[] { CaptureBuilder.Pcap(1, s_packets.Take(12)), CaptureBuilder.PcapNg(1, s_packets.Take(12), bigEndian: false) })
        {
            for (var length = 0; length < file.Length; length++)
            {
                var error = DecodeCommand.Decode(new MemoryStream(file, 0, length), new DecodeSettings("f", [], false), TextWriter.Null);
                if (length < 24)
                    Assert.NotNull(error);
                Assert.DoesNotContain('\n', error ?? "");
            }
        }
    }

    [Fact]
    public void Decode_MutatedCaptures_NeverThrow()
    {
        var random = new Random(9);
        byte[][] files = [CaptureBuilder.Pcap(1, s_packets.Take(60)), CaptureBuilder.PcapNg(276, s_packets.Take(60).Select(packet => (packet.Nanoseconds, CaptureBuilder.Relink(packet.Bytes, 276))), bigEndian: true)];
        for (var i = 0; i < 400; i++)
        {
            var file = (byte[])files[i % 2].Clone();
            for (var flips = random.Next(1, 40); flips > 0; flips--)
                file[random.Next(4, file.Length)] = (byte)random.Next(256);
            DecodeCommand.Decode(new MemoryStream(file), new DecodeSettings("f", [], i % 3 == 0), TextWriter.Null);
        }
    }

    [Fact]
    public void Run_PortOfNobody_WritesNothing()
    {
        var (code, output, error) = Run(s_path, "--port", "9999");
        Assert.Equal((0, "", ""), (code, output, error));
    }

    [Fact]
    public void Run_PortOfTheServer_WritesEverything() => Assert.Equal((0, s_expected, ""), Run("--port=19092", s_path));

    [Fact]
    public void Run_Summary_IsATableThatAddsUp()
    {
        var (code, output, _) = Run(s_path, "--summary");
        Assert.Equal(0, code);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal("API VERSION REQUESTS RESPONSES BYTES ERRORS P50 MS P99 MS", string.Join(' ', rows[0]));
        var frames = rows.Skip(1).Where(row => row.Length == 8).Sum(row => int.Parse(row[2]) + int.Parse(row[3]));
        Assert.Equal(s_expected.Count(c => c == '\n'), frames);
    }

    [Theory]
    [InlineData(64, "decode needs a capture file")]
    [InlineData(64, "is no port", "f.pcap", "--port", "70000")]
    [InlineData(64, "is no port", "f.pcap", "--port")]
    [InlineData(64, "is no flag", "f.pcap", "--verbose")]
    [InlineData(64, "is a second file", "a", "b")]
    [InlineData(64, "does not exist", "/nonexistent/f.pcap")]
    [InlineData(65, "neither pcap nor pcapng", "/usr/bin/env")]
    [InlineData(65, "ends after 0 bytes", "/dev/null")]
    public void Run_WrongUsageOrFile_IsOneLineAndItsExitCode(int expected, string sentence, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Cuts a payload in two that overlap and sends the second first, or twice.</summary>
    private static IEnumerable<(long Nanoseconds, byte[] Bytes)> Disorder((long Nanoseconds, byte[] Bytes) packet, Random random)
    {
        const int ip = 14;
        var bytes = packet.Bytes;
        var headers = ip + 20 + ((bytes[ip + 20 + 12] >> 4) * 4);
        var length = ((bytes[ip + 2] << 8) | bytes[ip + 3]) + ip - headers;
        if (length < 4)
            return [packet];
        var cut = random.Next(1, length);
        var overlap = random.Next(0, cut);
        var first = Segment(0, cut);
        var second = Segment(cut - overlap, length);
        return random.Next(3) switch { 0 => [first, second], 1 => [second, first, second], _ => [second, second, first] };

        (long, byte[]) Segment(int from, int to)
        {
            byte[] piece = [.. bytes[..headers], .. bytes[(headers + from)..(headers + to)]];
            var total = piece.Length - ip;
            (piece[ip + 2], piece[ip + 3]) = ((byte)(total >> 8), (byte)total);
            var sequence = (uint)((bytes[ip + 24] << 24) | (bytes[ip + 25] << 16) | (bytes[ip + 26] << 8) | bytes[ip + 27]) + (uint)from;
            for (var i = 0; i < 4; i++)
                piece[ip + 24 + i] = (byte)(sequence >> (24 - (8 * i)));
            return (packet.Nanoseconds, piece);
        }
    }

    private static string WithoutTimes(string output) =>
        Regex.Replace(output, "\"time\":\"[^\"]*\",|\"latencyMs\":[0-9.]+,", "", RegexOptions.None, TimeSpan.FromSeconds(10));

    private static string Decode(byte[] file)
    {
        var output = new StringWriter();
        Assert.Null(DecodeCommand.Decode(new MemoryStream(file), new DecodeSettings("f", [], false), output));
        return output.ToString();
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = new DecodeCommand().Run(arguments, new CommandConsole(output, error, new Dictionary<string, string>()));
        return (code, output.ToString(), error.ToString());
    }
}
