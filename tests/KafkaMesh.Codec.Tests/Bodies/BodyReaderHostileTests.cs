using System.Diagnostics;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Bodies that lie about their lengths.</summary>
public sealed class BodyReaderHostileTests
{
    private static readonly Target Metadata = new(3, 12, MessageKind.Response);
    private static readonly Target OldMetadata = new(3, 0, MessageKind.Request);
    private static readonly Target Heartbeat = new(12, 4, MessageKind.Response);

    [Fact]
    public void Read_CountBomb_FailsAtOnce() =>
        AssertFails(Metadata, new WireWriter().Int32(0).Varint(uint.MaxValue).Raw(new byte[50]), DecodeError.CountBeyondFrame);

    [Fact]
    public void Read_LegacyCountBomb_FailsAtOnce() =>
        AssertFails(OldMetadata, new WireWriter().Int32(int.MaxValue).Raw(new byte[50]), DecodeError.CountBeyondFrame);

    [Fact]
    public void Read_LegacyNullArray_FailsWhereNotNullable() => AssertFails(OldMetadata, new WireWriter().Int32(-1), DecodeError.UnexpectedNull);

    [Fact]
    public void Read_LegacyNullString_FailsWhereNotNullable() => AssertFails(OldMetadata, new WireWriter().Int32(1).Int16(-1), DecodeError.UnexpectedNull);

    [Fact]
    public void Read_StringBeyondFrame_Fails() => AssertFails(OldMetadata, new WireWriter().Int32(1).Int16(7).Raw(new byte[6]), DecodeError.LengthBeyondFrame);

    [Fact]
    public void Read_CompactStringOverLimit_Fails() =>
        AssertFails(new Target(18, 3, MessageKind.Request), new WireWriter().Varint(32_769).Raw(new byte[40_000]), DecodeError.StringTooLong);

    [Fact]
    public void Read_CompactNullString_FailsWhereNotNullable() =>
        AssertFails(new Target(18, 3, MessageKind.Request), new WireWriter().Varint(0).Varint(1), DecodeError.UnexpectedNull);

    [Fact]
    public void Read_TagCountBomb_Fails() =>
        AssertFails(Heartbeat, new WireWriter().Int32(0).Int16(0).Varint(uint.MaxValue).Raw(new byte[9]), DecodeError.TagCountBeyondFrame);

    [Fact]
    public void Read_TagSizeBomb_Fails() =>
        AssertFails(Heartbeat, new WireWriter().Int32(0).Int16(0).Varint(1).Varint(5).Varint(uint.MaxValue).Raw(1, 2), DecodeError.LengthBeyondFrame);

    [Fact]
    public void Read_VarintOfSixBytes_Fails() =>
        AssertFails(Heartbeat, new WireWriter().Int32(0).Int16(0).Raw(0x80, 0x80, 0x80, 0x80, 0x80, 0x01), DecodeError.MalformedVarint);

    [Fact]
    public void Read_RecordsBeyondFrame_Fails() => AssertFails(
        new Target(0, 3, MessageKind.Request),
        new WireWriter().Int16(-1).Int16(1).Int32(0).Int32(1).String("t").Int32(1).Int32(0).Int32(int.MaxValue).Raw(new byte[30]),
        DecodeError.LengthBeyondFrame);

    [Fact]
    public void Read_BytesBeyondFrame_Fails() =>
        AssertFails(new Target(36, 0, MessageKind.Request), new WireWriter().Int32(10).Raw(new byte[9]), DecodeError.LengthBeyondFrame);

    /// <summary>Whatever length, count or size stands at an offset, one of these overwrites it with an absurd one.</summary>
    [Fact]
    public void Read_LengthBombAtEveryOffsetOfEveryVersion_EndsWithoutAllocationOrSurplusWork()
    {
        byte[][] bombs = [[0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xfe, 0xff, 0xff, 0xff, 0x07], [0x80, 0x00, 0x00, 0x00], [0x7f, 0xff]];
        var random = new Random(19);
        var reader = new BodyReader();
        var sink = new CountingSink();
        foreach (var target in Target.All())
        {
            var body = RandomMessage.Make(random, target);
            var mutated = (byte[])body.Clone();
            Assert.Equal((target, 0L), (target, Allocations.Of(() =>
            {
                for (var offset = 0; offset < body.Length; offset += 1 + (body.Length / 400))
                {
                    foreach (var bomb in bombs)
                    {
                        bomb.AsSpan(0, Math.Min(bomb.Length, body.Length - offset)).CopyTo(mutated.AsSpan(offset));
                        sink = default;
                        reader.TryStart(target.ApiKey, target.Version, target.Kind, mutated.Length);
                        if (reader.Read(mutated, ref sink) == DecodeStatus.NeedMoreData) Assert.Fail($"{target}: wants more than the whole body with a bomb at {offset}");
                        if (sink.Calls > 2 * (body.Length + 1)) Assert.Fail($"{target}: {sink.Calls} calls for {body.Length} bytes with a bomb at {offset}");
                        body.CopyTo(mutated, 0);
                    }
                }
            })));
        }
    }

    /// <summary>Sizes up to the largest that a frame's 31 bits can say: nothing overflows, nothing is kept.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Read_RecordsOfTwoGibibytes_AreSummedUpAndSkipped(short version)
    {
        var start = new WireWriter().Int32(0).Int16(0).Int32(0).Varint(2).CompactString("t").Varint(2).Int32(1).Int16(0).Int64(9).Int64(9).Int64(0).Varint(1).Int32(-1);
        if (version == 0) start = new WireWriter().Int32(1).String("t").Int32(1).Int32(1).Int16(0).Int64(9);
        const int Tail = 3;
        var records = int.MaxValue - start.Length - sizeof(int) - 1 - (version == 0 ? 0 : Tail);
        if (version == 0) start.Int32(records);
        else start.Varint((uint)records + 1);
        start.Raw(new WireWriter().Batch(0, 0, 7, []).ToArray().AsSpan(0, 8)).Int32(records - 12).Int32(0).Int8(2).Raw(new byte[44]);

        var events = new List<string>();
        var sink = new RecordingSink(events);
        var reader = new BodyReader();
        var prefix = start.ToArray();
        var left = (long)prefix.Length - 61 + records + (version == 0 ? 0 : Tail);
        Assert.True(reader.TryStart(1, version, MessageKind.Response, checked((int)left)));
        var status = reader.Read(prefix, ref sink);
        left -= prefix.Length;
        for (var piece = new byte[1 << 20]; left > 0; left -= piece.Length)
        {
            Assert.Equal(DecodeStatus.NeedMoreData, status);
            status = reader.Read(piece.AsSpan(0, (int)Math.Min(left, piece.Length)), ref sink);
        }

        Assert.Equal((DecodeStatus.Done, 0), (status, reader.TrailingBytes));
        Assert.Contains($"Batch offset=0 size={records} records=0 magic=2 None attributes=0", events);
        Assert.Contains($"Records {records} Complete", events);
    }

    [Fact]
    public void Read_RandomBytesAgainstEveryVersion_TakesTimeInProportionToTheirLength()
    {
        var random = new Random(7);
        var body = new byte[64 * 1024];
        var watch = Stopwatch.StartNew();
        foreach (var target in Target.All())
        {
            random.NextBytes(body);

            // Zeros and ones keep lengths and counts small, so that programs run far into the body.
            for (var i = 0; i < body.Length; i++) body[i] &= (byte)(i % 5 == 0 ? 0x03 : 0x01);
            var sink = new CountingSink();
            var reader = new BodyReader();
            Assert.True(reader.TryStart(target.ApiKey, target.Version, target.Kind, body.Length));
            Assert.NotEqual(DecodeStatus.NeedMoreData, reader.Read(body, ref sink));
            Assert.InRange(sink.Calls, 0, 2 * body.Length);
        }

        // 46 MiB in all; the bound is there to catch loops, not to measure.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static void AssertFails(Target target, WireWriter wire, DecodeError error)
    {
        var body = wire.ToArray();
        var decoded = body.Length < 200 ? Decoded.ReadEveryWay(target, body) : Decoded.Read(target, body);
        Assert.Equal((DecodeStatus.Failed, error), (decoded.Status, decoded.Error));
    }
}
