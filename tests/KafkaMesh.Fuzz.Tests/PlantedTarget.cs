using System.Buffers.Binary;

namespace KafkaMesh.Fuzz.Tests;

/// <summary>A reader of size-prefixed frames with one of the classic defects, to prove that the fuzzer finds them.</summary>
internal sealed class PlantedTarget(PlantedDefect defect) : IFuzzTarget
{
    public string Name => $"planted-{defect}";

    public long AllocationLimit(int length) => (1 << 20) + (100L * length);

    public byte[] MakeSeed(Random random)
    {
        var body = new byte[random.Next(1, 30)];
        random.NextBytes(body);
        return [0, 0, 0, (byte)body.Length, .. body];
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        if (defect == PlantedDefect.DependsOnPieces)
        {
            Pieces.AssertSame(input, transcript, own => (piece => SayWhenItBegins(piece, own), () => { }));
            return;
        }

        while (input.Length >= sizeof(int))
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(input);
            input = input[sizeof(int)..];
            transcript.Say(1, size);
            switch (defect)
            {
                case PlantedDefect.UncheckedLength:
                    input = input[size..];
                    break;
                case PlantedDefect.AllocatesByLength when size is > 0 and < 1 << 28:
                    transcript.Say(2, new byte[size].Length);
                    return;
                case PlantedDefect.ReadsBeyond when size > input.Length:
                    transcript.Say(3, System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(in input.GetPinnableReference(), input.Length + 1)[^1]);
                    return;
                case PlantedDefect.DeepValue when input.StartsWith("\0\x1B"u8) && size == 2:
                    throw new InvalidOperationException("deep inside");
                default:
                    if (size < 0 || size > input.Length)
                        return;
                    transcript.Say(4, input[..size]);
                    input = input[size..];
                    break;
            }
        }
    }

    private static void SayWhenItBegins(ReadOnlySpan<byte> piece, Transcript transcript)
    {
        if (piece.StartsWith("\0\0\a"u8))
            transcript.Say(1);
    }
}
