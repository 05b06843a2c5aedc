using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Random bodies of every key and version, made from the schema.</summary>
public sealed class BodyReaderGeneratedTests
{
    private const int Seed = 20190527;
    private const int PerTarget = 12;

    [Fact]
    public void Read_RandomBodyOfEveryVersion_SaysWhatTheSchemaMeans()
    {
        var random = new Random(Seed);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < PerTarget; i++)
            {
                var (body, events) = Make(random, target);
                var decoded = Decoded.Read(target, body);
                Assert.True(decoded.Status == DecodeStatus.Done, $"{target}: {decoded.Error} in {Convert.ToHexString(body)}");
                Assert.Equal((target, events, 0), (target, decoded.Events, decoded.TrailingBytes));
            }
        }
    }

    [Fact]
    public void Read_RandomBodyInPieces_EqualsWhole()
    {
        var random = new Random(Seed + 1);
        foreach (var target in Target.All())
        {
            var (body, events) = Make(random, target);
            Assert.Equal(events, Decoded.Read(target, body, _ => 1).Events);
            for (var i = 0; i < 4; i++)
            {
                var decoded = Decoded.Read(target, body, _ => random.Next(0, 40));
                Assert.Equal((target, DecodeStatus.Done, events), (target, decoded.Status, decoded.Events));
            }
        }
    }

    [Fact]
    public void SkipUnseen_WhatTheReaderSkipsOfARandomBody_EqualsWhole()
    {
        var random = new Random(Seed + 4);
        foreach (var target in Target.All())
        {
            var (body, events) = Make(random, target);
            for (var i = 0; i < 4; i++)
            {
                var decoded = Decoded.ReadUnseen(target, body, () => random.Next(1, 40));
                Assert.Equal((target, DecodeStatus.Done, events), (target, decoded.Status, decoded.Events));
            }
        }
    }

    [Fact]
    public void Read_RandomBodyWithTrailingBytes_CountsThem()
    {
        var random = new Random(Seed + 2);
        foreach (var target in Target.All())
        {
            var (body, events) = Make(random, target);
            byte[] longer = [.. body, 1, 2, 3];
            var decoded = Decoded.Read(target, longer, _ => random.Next(1, 60));
            Assert.Equal((target, DecodeStatus.Done, 3, events), (target, decoded.Status, decoded.TrailingBytes, decoded.Events));
        }
    }

    [Fact]
    public void Read_RandomBodyCutAnywhere_FailsAsTruncatedOrBounded()
    {
        var random = new Random(Seed + 3);
        foreach (var target in Target.All())
        {
            var (body, _) = Make(random, target);
            foreach (var length in Enumerable.Range(0, body.Length).Where(_ => body.Length < 200 || random.Next(body.Length) < 200))
            {
                var decoded = Decoded.Read(target, body.AsSpan(0, length));
                Assert.True(
                    decoded is { Status: DecodeStatus.Failed, Error: DecodeError.Truncated or DecodeError.LengthBeyondFrame or DecodeError.CountBeyondFrame or DecodeError.TagCountBeyondFrame },
                    $"{target} cut to {length} of {body.Length} bytes: {decoded.Status} {decoded.Error}");
            }
        }
    }

    [Fact]
    public void Read_RandomBodyWithFlippedBytes_EndsTheSameHoweverItIsCut()
    {
        var random = new Random(Seed + 4);
        foreach (var target in Target.All())
        {
            var (body, _) = Make(random, target);
            for (var i = 0; i < 30 && body.Length > 0; i++)
            {
                var mutated = Flip(random, body);
                var whole = Decoded.Read(target, mutated);
                Assert.NotEqual(DecodeStatus.NeedMoreData, whole.Status);
                Assert.Equal(whole, Decoded.Read(target, mutated, _ => random.Next(1, 50)));
            }
        }
    }

    /// <summary>Pieces that hold the header of a batch and not its payload, or the end of one and the header of the next.</summary>
    [Fact]
    public void Read_RandomBatchesInPiecesLongerThanTheirHeader_EqualsWhole()
    {
        var random = new Random(Seed + 5);
        foreach (var target in Target.All().Where(target => target is { ApiKey: 0, Kind: MessageKind.Request } or { ApiKey: 1, Kind: MessageKind.Response }))
        {
            for (var i = 0; i < 60; i++)
            {
                var (body, events) = Make(random, target);
                var longest = random.Next(70, 700);
                var decoded = Decoded.Read(target, body, _ => random.Next(0, longest));
                Assert.Equal((target, DecodeStatus.Done, 0, events), (target, decoded.Status, decoded.TrailingBytes, decoded.Events));
                var mutated = Flip(random, body);
                Assert.Equal(Decoded.Read(target, mutated), Decoded.Read(target, mutated, _ => random.Next(0, longest)));
            }
        }
    }

    private static byte[] Flip(Random random, byte[] body)
    {
        var mutated = (byte[])body.Clone();
        for (var flips = random.Next(1, 4); flips > 0; flips--) mutated[random.Next(mutated.Length)] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
        return mutated;
    }

    private static (byte[] Body, string Events) Make(Random random, Target target) => RandomMessage.Make(
        random, Repository.Schema.Apis.Single(api => api.Key == target.ApiKey).Part(target.Kind, target.Version), target.Kind, target.Version);
}
