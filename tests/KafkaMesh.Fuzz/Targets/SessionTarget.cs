using System.Net;
using KafkaMesh.Codec.Tests.Generation;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>
/// Detection and session of one connection: steps of one byte that says what happens (a flow's bytes, or a hole in it), a length
/// and that many bytes. Without holes it tells the same however the bytes of a step are cut, but for a connection that was opaque
/// once: whether it is adopted later depends on how its pieces begin.
/// </summary>
internal sealed class SessionTarget : IFuzzTarget
{
    private const byte IsResponse = 1;
    private const byte IsGap = 2;
    private const byte IsRare = 0xFC; // the other bits must be 0 for a hole, so that most inputs have none

    public string Name => "session";

    public long AllocationLimit(int length) => (4 << 20) + (2000L * length);

    public byte[] MakeSeed(Random random)
    {
        var wire = new WireWriter();
        for (var i = 0; i < random.Next(1, 5); i++)
        {
            var target = MessageInput.Pick(random);
            Step(wire, 0, MessageInput.Request(random, target, i));
            if (random.Next(8) == 0)
                Step(wire, IsGap, new byte[random.Next(20)]);
            Step(wire, IsResponse, MessageInput.Response(random, target, i));
        }

        return wire.ToArray();
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var wasOpaque = Play(input, transcript, _ => int.MaxValue);
        if (HasGap(input))
            return;
        var bytewise = new Transcript();
        if (Play(input, bytewise, _ => 1) != wasOpaque)
            throw new ViolationException("whether it is opaque depends on the pieces");
        if (wasOpaque)
            return;
        var random = new Random(input.Length);
        var pieces = new Transcript();
        Play(input, pieces, left => random.Next(1, Math.Min(left, 50) + 1));
        if (bytewise.Hash != transcript.Hash || pieces.Hash != transcript.Hash)
            throw new ViolationException("it tells something else when the bytes come in other pieces");
    }

    /// <returns>Whether it was taken for opaque, before its end.</returns>
    private static bool Play(ReadOnlySpan<byte> input, Transcript transcript, Func<int, int> cut)
    {
        var connection = new RelayConnection(1, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40_000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0);
        var observer = new ConnectionObserver(connection, new LoopMetrics(new SharedSeries(new SeriesLimits())), new SessionList(), new TranscriptTrace(transcript));
        var now = 0L;
        var wasOpaque = false;
        while (TryStep(ref input, out var what, out var bytes))
        {
            now++;
            var flow = (what & IsResponse) == 0 ? RelayFlow.Request : RelayFlow.Response;
            if (IsHole(what))
            {
                observer.OnGap(flow, Math.Max(bytes.Length, 1), now);
                continue;
            }

            while (!bytes.IsEmpty)
            {
                var length = Math.Min(cut(bytes.Length), bytes.Length);
                observer.OnBytes(flow, bytes[..length], now, now);
                wasOpaque |= observer.Protocol is ConnectionProtocol.Opaque or ConnectionProtocol.ServerFirst;
                bytes = bytes[length..];
            }
        }

        observer.OnClosed(RelayEnd.Closed, now);
        return wasOpaque;
    }

    private static bool HasGap(ReadOnlySpan<byte> input)
    {
        while (TryStep(ref input, out var what, out _))
        {
            if (IsHole(what))
                return true;
        }

        return false;
    }

    private static bool IsHole(byte what) => (what & IsGap) != 0 && (what & IsRare) == 0;

    private static bool TryStep(ref ReadOnlySpan<byte> input, out byte what, out ReadOnlySpan<byte> bytes)
    {
        what = 0;
        bytes = default;
        if (input.Length < 3)
            return false;
        what = input[0];
        var length = Math.Min((input[1] << 8) | input[2], input.Length - 3);
        bytes = input.Slice(3, length);
        input = input[(3 + length)..];
        return true;
    }

    private static void Step(WireWriter wire, int what, byte[] bytes) => wire.Int8(what).Int16(bytes.Length).Raw(bytes);
}
