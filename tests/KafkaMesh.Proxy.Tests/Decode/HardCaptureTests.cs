using System.Buffers.Binary;
using System.Text.Json;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>
/// Every recorded conversation as a worse recording shows it: disordered, cut, begun too late, with packets lost. What is
/// decoded is compared both ways with what the good recording gives: nothing twice, nothing invented, nothing missing that is there.
/// </summary>
public class HardCaptureTests
{
    private const int Ip = 14;
    private const int Tcp = Ip + 20;
    private const byte Fin = 1;
    private const byte Syn = 2;

    public static TheoryData<string> Recordings =>
        [.. Directory.GetFiles(TestPaths.Captures, "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => !name.StartsWith("tls", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_ShuffledPackets_GivesTheSameMessages(string recording)
    {
        var packets = Packets(recording);
        foreach (var window in new[] { 3, 10, 30 })
            Assert.Equal(Messages(packets), Messages(Shuffle(packets, window)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_SegmentsShuffledDoubledAndOverlapping_GivesTheSameMessages(string recording)
    {
        var random = new Random(2);
        var packets = Packets(recording);
        Assert.Equal(Messages(packets), Messages(packets.SelectMany(packet => Split(packet, random))));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_SequenceNumbersThatWrapAround_GivesTheSameMessages(string recording)
    {
        var packets = Packets(recording);
        Assert.Equal(Messages(packets), Messages(WrapSequenceNumbers(packets)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_WithoutAnySyn_FindsClientsAndServers(string recording)
    {
        var packets = Packets(recording);
        Assert.Equal(Messages(packets), Messages(packets.Where(packet => !IsTcp(packet.Bytes) || (packet.Bytes[Tcp + 13] & Syn) == 0)));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_FragmentedIPv4_GivesTheSameMessages(string recording)
    {
        var random = new Random(3);
        var packets = Packets(recording);
        Assert.Equal(Messages(packets), Messages(packets.SelectMany(packet => Fragment(packet, random))));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_BegunLate_InventsNothingAndKeepsWhatCameAfter(string recording)
    {
        var packets = Packets(recording);
        var all = Messages(packets);
        foreach (var skipped in new[] { 1, 5, 20, packets.Count / 3, packets.Count / 2 })
        {
            var late = Messages(packets.Skip(skipped));
            Assert.Equal("", string.Join('\n', Except(late, all)));
            if (skipped <= 5)
                Assert.InRange(all.Count - late.Count, 0, skipped);

            // Connections that began later are whole.
            var later = packets.Skip(skipped).Where(packet => IsTcp(packet.Bytes) && (packet.Bytes[Tcp + 13] & Syn) != 0).Select(packet => Ports(packet.Bytes).Source).ToHashSet();
            Assert.Equal(all.Where(message => later.Contains(ClientPort(message))), late.Where(message => later.Contains(ClientPort(message))));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_PacketsLost_InventsNothingAndFindsTheWayBack(string recording)
    {
        var packets = Packets(recording);
        var all = Messages(packets);
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            var kept = packets.Where(_ => random.Next(40) > 0).ToList();
            var messages = Messages(kept);
            Assert.Equal("", string.Join('\n', Except(messages, all)));
            Assert.InRange(all.Count - messages.Count, 0, 5 * (packets.Count - kept.Count));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_CutPackets_KeepsTheSizesOfMessagesWhoseHeaderIsThere(string recording)
    {
        var packets = Packets(recording);
        var all = Messages(packets);
        var messages = Messages(packets, snapLength: 200);
        Assert.Equal("", string.Join('\n', Except(messages, all)));
        Assert.InRange(messages.Count, all.Count * 3 / 4, all.Count);
        Assert.Equal(all, Messages(packets, snapLength: 65_535));
    }

    [Fact]
    public void Decode_PortUsedAgain_IsAnotherConnection()
    {
        var packets = Packets("kcat1.7.1_lrd2.0.2-kafka4.1.0");
        var again = packets.Select(packet => (packet.Nanoseconds + 10_000_000_000, Renumber(packet.Bytes, 77_000_000)));
        Assert.Equal(Messages(packets).SelectMany(message => new[] { message, message }), Messages(packets.Concat(again)));
    }

    [Fact]
    public void Decode_BodyOfCutPacket_SaysThatItIsMissing()
    {
        var output = new StringWriter();
        var file = CaptureBuilder.Pcap(1, Packets("kcat1.7.1_lrd2.0.2-kafka4.1.0"), snapLength: 200);
        Assert.Null(DecodeCommand.Decode(new MemoryStream(file), new DecodeSettings("f", [], false, Body: true), output));
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Contains(lines, line => line.TryGetProperty("bodyError", out var error) && error.GetString() == "CaptureGap");
        Assert.Contains(lines, line => line.TryGetProperty("body", out _));
        Assert.Contains(lines, line => line.GetProperty("kind").GetString() == "anomaly" && line.GetProperty("reason").GetString() == "capture_gap");
    }

    private static List<(long Nanoseconds, byte[] Bytes)> Packets(string recording) => CaptureBuilder.Packets(Path.Combine(TestPaths.Captures, recording + ".pcap"));

    /// <summary>Requests and responses as sorted lines: connection, kind, key, version, correlation id, client id, size.</summary>
    private static List<string> Messages(IEnumerable<(long Nanoseconds, byte[] Bytes)> packets, int snapLength = int.MaxValue)
    {
        var output = new StringWriter();
        Assert.Null(DecodeCommand.Decode(new MemoryStream(CaptureBuilder.Pcap(1, packets, snapLength: snapLength)), new DecodeSettings("f", [], false), output));
        return
        [
            .. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("kind").GetString() is "request" or "response" or "sasl")
                .Select(line => string.Join(' ', line.EnumerateObject().Where(property => property.Name is not ("time" or "latencyMs" or "errors")).Select(property => property.Value.ToString())))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static List<string> Except(List<string> some, List<string> all)
    {
        var left = all.GroupBy(message => message, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return [.. some.Where(message => (left[message] = left.GetValueOrDefault(message) - 1) < 0)];
    }

    private static ushort ClientPort(string message) => ushort.Parse(message.Split(':')[1].Split('-')[0]);

    private static bool IsTcp(byte[] bytes) => bytes[12] == 8 && bytes[Ip + 9] == 6;

    private static (ushort Source, ushort Destination) Ports(byte[] bytes) =>
        (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(Tcp)), BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(Tcp + 2)));

    private static IEnumerable<(long Nanoseconds, byte[] Bytes)> Shuffle(List<(long Nanoseconds, byte[] Bytes)> packets, int window)
    {
        var random = new Random(window);
        return packets.Chunk(window).SelectMany(chunk =>
        {
            random.Shuffle(chunk);
            return chunk;
        });
    }

    private static IEnumerable<(long Nanoseconds, byte[] Bytes)> Split((long Nanoseconds, byte[] Bytes) packet, Random random)
    {
        var bytes = packet.Bytes;
        var payload = Tcp + ((bytes[Tcp + 12] >> 4) * 4);
        var length = Ip + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(Ip + 2)) - payload;
        if (!IsTcp(bytes) || length < 8)
            return [packet];
        var pieces = new List<(long, byte[])>();
        for (var at = 0; at < length;)
        {
            var to = Math.Min(length, at + random.Next(1, length));
            var from = Math.Max(0, at - random.Next(40));
            byte[] piece = [.. bytes[..payload], .. bytes[(payload + from)..(payload + to)]];
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(Ip + 2), (ushort)(piece.Length - Ip));
            BinaryPrimitives.WriteUInt32BigEndian(piece.AsSpan(Tcp + 4), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(Tcp + 4)) + (uint)from);
            if (to < length)
                piece[Tcp + 13] &= unchecked((byte)~Fin);
            pieces.AddRange(Enumerable.Repeat((packet.Nanoseconds, piece), random.Next(1, 3)));
            at = to;
        }

        var shuffled = pieces.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>Each flow wraps around after some hundred bytes.</summary>
    private static List<(long Nanoseconds, byte[] Bytes)> WrapSequenceNumbers(List<(long Nanoseconds, byte[] Bytes)> packets)
    {
        var shifts = new Dictionary<(ushort, ushort), uint>();
        foreach (var (_, bytes) in packets.Where(packet => IsTcp(packet.Bytes) && (packet.Bytes[Tcp + 13] & Syn) != 0))
            shifts.TryAdd(Ports(bytes), uint.MaxValue - 700 - BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(Tcp + 4)));
        return [.. packets.Select(packet => (packet.Nanoseconds, !IsTcp(packet.Bytes) ? packet.Bytes : Renumber(
            packet.Bytes, shifts.GetValueOrDefault(Ports(packet.Bytes)), shifts.GetValueOrDefault((Ports(packet.Bytes).Destination, Ports(packet.Bytes).Source)))))];
    }

    private static byte[] Renumber(byte[] bytes, uint shift, uint? acknowledged = null)
    {
        var copy = (byte[])bytes.Clone();
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(Tcp + 4), BinaryPrimitives.ReadUInt32BigEndian(copy.AsSpan(Tcp + 4)) + shift);
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(Tcp + 8), BinaryPrimitives.ReadUInt32BigEndian(copy.AsSpan(Tcp + 8)) + (acknowledged ?? shift));
        return copy;
    }

    /// <summary>An IP packet in fragments of 64 bytes, in any order.</summary>
    private static (long Nanoseconds, byte[] Bytes)[] Fragment((long Nanoseconds, byte[] Bytes) packet, Random random)
    {
        const int size = 64;
        var bytes = packet.Bytes;
        var length = Ip + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(Ip + 2)) - Tcp;
        if (!IsTcp(bytes))
            return [packet];
        var identification = (ushort)random.Next(65536);
        var fragments = new List<(long, byte[])>();
        for (var at = 0; at < length; at += size)
        {
            var to = Math.Min(length, at + size);
            byte[] fragment = [.. bytes[..Tcp], .. bytes[(Tcp + at)..(Tcp + to)]];
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(Ip + 2), (ushort)(fragment.Length - Ip));
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(Ip + 4), identification);
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(Ip + 6), (ushort)((at / 8) | (to < length ? 0x2000 : 0)));
            fragments.Add((packet.Nanoseconds, fragment));
        }

        var shuffled = fragments.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }
}
