using KafkaMesh.Benchmarks.Codec;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>The benchmark compares like with like only while both decoders make the same calls.</summary>
public sealed class StraightLineDecoderTests
{
    public static TheoryData<string> Frames => [.. BenchmarkFrame.All.Select(frame => frame.Name)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void Decode_BenchmarkFrame_MakesTheCallsOfTheBodyReader(string name)
    {
        var frame = BenchmarkFrame.All.Single(frame => frame.Name == name);
        var events = new List<string>();
        var sink = new RecordingSink(events);
        StraightLineDecoder.Decode(frame.ApiKey, frame.Version, frame.Kind, frame.Body, ref sink);

        var target = new Target(frame.ApiKey, frame.Version, frame.Kind);
        var expected = new Decoded(DecodeStatus.Done, DecodeError.None, 0, IsFallback: false, string.Join('\n', events));
        Assert.Equal(expected, Decoded.Read(target, frame.Body));
        Assert.Equal(expected, Decoded.Read(target, frame.Body, left => Math.Min(left, 16 * 1024)));
        Assert.Equal(expected, Decoded.Read(target, frame.Body, left => Math.Min(left, 7)));
    }
}
