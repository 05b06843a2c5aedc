using KafkaMesh.Proxy.Detection;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>Detection: the verdict is the same byte by byte, and one that was given on some bytes holds for more.</summary>
internal sealed class DetectorTarget : IFuzzTarget
{
    private static readonly byte[][] Others =
    [
        [.. "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8], [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8], [0x16, 3, 1, 1, 0, 1, 0, 0, 0xFC, 3, 3],
        [0, 0, 0, 0x13, 0x60, 0x11, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2, 1, 0, 0, 0, 0, 0],
    ];

    public string Name => "detector";

    public int MaxLength => 64;

    public long AllocationLimit(int length) => 1 << 16;

    public byte[] MakeSeed(Random random) => random.Next(2) == 0 ? Others[random.Next(Others.Length)] : MessageInput.Request(random, MessageInput.Pick(random), random.Next())[..14];

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var whole = new ProtocolDetector();
        var rest = input;
        var verdict = whole.Examine(ref rest);
        transcript.Say((int)verdict, whole.Seen.Length);

        var bytewise = new ProtocolDetector();
        var first = ConnectionProtocol.Silent;
        for (var i = 0; i < input.Length && first == ConnectionProtocol.Silent; i++)
        {
            var piece = input.Slice(i, 1);
            first = bytewise.Examine(ref piece);
            if (i + 1 >= ProtocolDetector.PrefixBytes && first == ConnectionProtocol.Silent)
                throw new ViolationException($"{ProtocolDetector.PrefixBytes} bytes gave no verdict");
        }

        if (first != verdict)
            throw new ViolationException($"the verdict is {verdict} on the whole and {first} byte by byte");
    }
}
