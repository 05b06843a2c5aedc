using System.Runtime.CompilerServices;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

public sealed class BodyReaderAllocationTests
{
    private const int PieceLength = 100;

    [Fact]
    public void Read_EveryVersion_AllocatesNothing()
    {
        var random = new Random(11);
        var bodies = Target.All()
            .Select(target => (Target: target, RandomMessage.Make(
                random, Repository.Schema.Apis.Single(api => api.Key == target.ApiKey).Part(target.Kind, target.Version), target.Kind, target.Version).Body))
            .ToArray();
        var reader = new BodyReader();
        var sink = new CountingSink();
        ReadAll(bodies, ref reader, ref sink);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll(bodies, ref reader, ref sink);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sink.Calls > bodies.Length);
    }

    [Fact]
    public void Size_OfTheReader_StaysSmall()
    {
        Assert.InRange(Unsafe.SizeOf<BodyReader>(), 1, 420);
        Assert.InRange(Unsafe.SizeOf<FrameReader>(), 1, 360);
    }

    private static void ReadAll((Target Target, byte[] Body)[] bodies, ref BodyReader reader, ref CountingSink sink)
    {
        foreach (var (target, body) in bodies)
        {
            Read(target, body, body.Length, ref reader, ref sink);
            Read(target, body, PieceLength, ref reader, ref sink);
        }
    }

    private static void Read(Target target, ReadOnlySpan<byte> body, int pieceLength, ref BodyReader reader, ref CountingSink sink)
    {
        reader.TryStart(target.ApiKey, target.Version, target.Kind, body.Length);
        while (reader.Read(body[..Math.Min(pieceLength, body.Length)], ref sink) == DecodeStatus.NeedMoreData) body = body[Math.Min(pieceLength, body.Length)..];
    }
}
