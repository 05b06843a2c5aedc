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

        Assert.Equal(0, Allocations.Of(() => ReadAll(bodies, ref reader, ref sink)));
        Assert.True(sink.Calls > bodies.Length);
    }

    /// <summary>What a direction keeps is fixed: a few hundred bytes, and nothing on the heap.</summary>
    [Fact]
    public void Size_OfTheReaders_IsFixedAndSmall()
    {
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<BodyReader>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<FrameReader>());
        Assert.InRange(Unsafe.SizeOf<BodyReader>(), 1, 420);
        Assert.InRange(Unsafe.SizeOf<FrameReader>(), 1, 360);
    }

    [Fact]
    public void Read_Frames_AllocatesNothing()
    {
        var wire = new WireWriter();
        foreach (var target in Target.All().Where(target => target.Kind == MessageKind.Request))
        {
            var header = new WireWriter().Int16(target.ApiKey).Int16(target.Version).Int32(1);
            var version = KafkaSchema.GetRequestHeaderVersion(target.ApiKey, target.Version);
            if (version > 0) header.String("client");
            if (version > 1) header.Varint(1).Varint(9).Varint(3).Raw(1, 2, 3);
            wire.Int32(header.Length + 1).Raw(header.ToArray()).Int8(7);
        }

        var bytes = wire.ToArray();
        var reader = new FrameReader(MessageKind.Request);
        var frames = CountFrames(ref reader, bytes);
        var again = 0;
        Assert.Equal(0, Allocations.Of(() => again = CountFrames(ref reader, bytes)));
        Assert.Equal((361, 361), (frames, again));
    }

    private static int CountFrames(ref FrameReader reader, ReadOnlySpan<byte> bytes)
    {
        var frames = 0;
        while (!bytes.IsEmpty)
        {
            var input = bytes[..Math.Min(PieceLength, bytes.Length)];
            bytes = bytes[input.Length..];
            while (reader.Read(ref input, out _) is var found && found != FrameEvent.NeedMoreData) frames += found == FrameEvent.FrameEnd ? 1 : 0;
        }

        return frames;
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
        while (reader.Read(body[..Math.Min(pieceLength, body.Length)], ref sink) == DecodeStatus.NeedMoreData && !body.IsEmpty) body = body[Math.Min(pieceLength, body.Length)..];
    }
}
