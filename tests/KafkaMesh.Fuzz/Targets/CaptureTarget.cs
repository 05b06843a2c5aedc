using System.Text.Json;
using KafkaMesh.Codec.Tests;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Tests.Decode;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>Capture files through reader, reassembly, sessions and output: every line is JSON, an error is one line.</summary>
internal sealed class CaptureTarget : IFuzzTarget
{
    private static readonly string[] Recordings = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "testdata", "captures"), "*.pcap");

    private readonly Dictionary<string, List<(long Nanoseconds, byte[] Bytes)>> _packets = [];

    public string Name => "capture";

    public int MaxLength => 8192;

    public long AllocationLimit(int length) => (64L << 20) + (4000L * length);

    public byte[] MakeSeed(Random random)
    {
        var recording = Recordings[random.Next(Recordings.Length)];
        if (!_packets.TryGetValue(recording, out var all))
            _packets[recording] = all = CaptureBuilder.Packets(recording);
        var from = random.Next(3) == 0 ? random.Next(all.Count) : 0;
        var packets = all.Skip(from).Where(packet => packet.Bytes.Length < 500).Take(random.Next(4, 30)).ToList();
        var bigEndian = random.Next(2) == 0;
        var linkType = new[] { 1, 0, 101, 113, 276 }[random.Next(5)];
        var relinked = packets.Select(packet => (packet.Nanoseconds, linkType == 1 ? packet.Bytes : CaptureBuilder.Relink(packet.Bytes, linkType)));
        if (random.Next(6) == 0)
            return CaptureBuilder.Pcap(229, packets.Select(packet => (packet.Nanoseconds, CaptureBuilder.OverIPv6(packet.Bytes))), bigEndian);
        return random.Next(2) == 0
            ? CaptureBuilder.Pcap(linkType, relinked, bigEndian, random.Next(2) == 0, random.Next(3) == 0 ? random.Next(60, 200) : int.MaxValue)
            : CaptureBuilder.PcapNg(linkType, relinked, bigEndian);
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var output = new StringWriter();
        var settings = new DecodeSettings("f", [], Summary: false, Body: true, Records: true);
        var error = DecodeCommand.Decode(new MemoryStream(input.ToArray()), settings, output);
        if (error is not null && (error.Length == 0 || error.Contains('\n', StringComparison.Ordinal)))
            throw new ViolationException("its error is not one line");
        transcript.Say(error is null ? 0 : 1, System.Text.Encoding.UTF8.GetBytes(error ?? ""));
        foreach (var line in output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            transcript.Say(root.GetProperty("kind").GetString()!.Length * 100 + (root.TryGetProperty("reason", out var reason) ? reason.GetString()!.Length : 0), line.Length);
        }
    }
}
