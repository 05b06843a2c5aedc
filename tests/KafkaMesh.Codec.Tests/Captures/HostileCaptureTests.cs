using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>What real clients and brokers sent, cut and flipped.</summary>
public sealed class HostileCaptureTests
{
    private const int MaxBodyLength = 6000;

    /// <summary>One body of each key, version, kind and length that the recordings hold.</summary>
    private static readonly Lazy<List<(Target Target, byte[] Body)>> Bodies = new(() =>
    [
        .. CaptureTests.Names.SelectMany(row => CaptureTests.Exchanges(row.Data)).SelectMany(BodiesOf)
            .Where(one => one.Body.Length is > 0 and <= MaxBodyLength && KafkaSchema.IsKnown(one.Target.ApiKey, one.Target.Version))
            .DistinctBy(one => (one.Target, one.Body.Length)),
    ]);

    [Fact]
    public void Read_RecordedBodyCutAtEveryOffset_FailsByName()
    {
        Assert.InRange(Bodies.Value.Count, 150, int.MaxValue);
        foreach (var (target, body) in Bodies.Value)
        {
            var whole = Decoded.Read(target, body);
            if (whole is not { Status: DecodeStatus.Done, TrailingBytes: 0 }) continue;
            for (var length = 0; length < body.Length; length++)
            {
                var decoded = Decoded.ReadGuarded(target, body.AsSpan(0, length));
                Assert.True(decoded.Status == DecodeStatus.Failed && decoded.Error != DecodeError.None, $"{target} cut to {length} of {body.Length} bytes: {decoded}");
            }
        }
    }

    [Fact]
    public void Read_RecordedBodyWithAnyByteFlipped_EndsTheSameHoweverItIsCut()
    {
        var random = new Random(17);
        foreach (var (target, body) in Bodies.Value)
        {
            for (var i = 0; i < body.Length; i += 1 + (body.Length / 300))
            {
                var mutated = (byte[])body.Clone();
                mutated[i] ^= (byte)random.Next(1, 256);
                var whole = Decoded.ReadGuarded(target, mutated);
                Assert.NotEqual(DecodeStatus.NeedMoreData, whole.Status);
                Assert.Equal(whole, Decoded.Read(target, mutated, _ => random.Next(1, 50)));
            }
        }
    }

    private static IEnumerable<(Target Target, byte[] Body)> BodiesOf(Exchange exchange)
    {
        yield return (new Target(exchange.Header.ApiKey, exchange.Header.ApiVersion, MessageKind.Request), exchange.RequestBody);
        if (exchange.ResponseEvents is not null) yield return (new Target(exchange.Header.ApiKey, exchange.Header.ApiVersion, MessageKind.Response), exchange.ResponseBody);
    }
}
