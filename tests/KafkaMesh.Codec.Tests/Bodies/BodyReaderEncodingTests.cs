using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Lengths at the edges of what the protocol allows, as Kafka's own Java reads them.</summary>
public sealed class BodyReaderEncodingTests
{
    private static readonly Target Heartbeat = new(12, 4, MessageKind.Response);

    [Fact]
    public void Read_OverlongVarint_IsAccepted()
    {
        var body = new WireWriter().Int32(0).Int16(0).Raw(0x80, 0x00).ToArray();
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0"), Decoded.ReadEveryWay(Heartbeat, body));
        body = new WireWriter().Int32(0).Int16(0).Raw(0x80, 0x80, 0x80, 0x80, 0x00).ToArray();
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0"), Decoded.ReadEveryWay(Heartbeat, body));
    }

    [Fact]
    public void Read_VarintWithBitsBeyondThe32nd_DropsThem()
    {
        var body = new WireWriter().Int32(0).Int16(0).Raw(0x80, 0x80, 0x80, 0x80, 0x70).ToArray();
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0"), Decoded.ReadEveryWay(Heartbeat, body));
    }

    [Fact]
    public void Read_AnyNegativeLegacyLength_IsNullWhereNullable()
    {
        // A string and the records of Produce; the array of Metadata.
        var produce = new WireWriter().Int16(-2).Int16(1).Int32(0).Int32(1).String("t").Int32(1).Int32(3).Int32(int.MinValue).ToArray();
        Assert.Equal(
            Done("Acks 1", "TopicName 1 't'", "PartitionIndex 3", "Records 0 Complete", "End Partition", "End Topic"),
            Decoded.ReadEveryWay(new Target(0, 3, MessageKind.Request), produce));
        Assert.Equal(Done(), Decoded.ReadEveryWay(new Target(3, 1, MessageKind.Request), new WireWriter().Int32(-7).ToArray()));
    }

    [Fact]
    public void Read_LongestText_IsTheSameInBothEncodings()
    {
        var text = new string('k', short.MaxValue);
        var told = $"GroupId {short.MaxValue} '{text[..BodyReader.MaxTextBytes]}'";
        var legacy = new WireWriter().Int32(1).String(text).ToArray();
        Assert.Equal(Done(told, "End Group"), Decoded.Read(new Target(15, 0, MessageKind.Request), legacy));
        var compact = new WireWriter().Varint(2).CompactString(text).Int8(0).Int8(0).ToArray();
        Assert.Equal(Done(told, "End Group"), Decoded.Read(new Target(15, 5, MessageKind.Request), compact));
        Assert.Equal(Done(told, "End Group"), Decoded.Read(new Target(15, 5, MessageKind.Request), compact, _ => 100));
    }

    [Fact]
    public void Read_TextLongerThanKept_SaysItsStartAndLength()
    {
        var group = new string('g', 300);
        var body = new WireWriter().Varint(2).CompactString(group).Int8(0).Int8(0).ToArray();
        Assert.Equal(Done($"GroupId 300 '{new string('g', 255)}'", "End Group"), Decoded.ReadEveryWay(new Target(15, 5, MessageKind.Request), body));
    }

    [Theory]
    [InlineData(2, 0, CompressionType.None, true, false, false)]
    [InlineData(2, 0x12, CompressionType.Snappy, true, true, false)]
    [InlineData(2, 0x34, CompressionType.Zstd, true, true, true)]
    [InlineData(2, 0x6B, CompressionType.Lz4, true, false, true)] // with log append time and a delete horizon
    [InlineData(1, 0x03, CompressionType.Lz4, false, false, false)]
    [InlineData(0, 0x01, CompressionType.Gzip, false, false, false)]
    [InlineData(0, 0x30, CompressionType.None, true, false, false)] // bits that older formats do not have
    public void Summary_OfAttributes_SaysCodecAndFlags(byte magic, short attributes, CompressionType codec, bool countsAll, bool isTransactional, bool isControl)
    {
        var batch = new RecordBatchSummary(0, 100, 1, magic, attributes);
        Assert.Equal((codec, !countsAll, isTransactional, isControl), (batch.Compression, batch.HidesRecords, batch.IsTransactional, batch.IsControl));
    }

    private static Decoded Done(params string[] events) => new(DecodeStatus.Done, DecodeError.None, 0, IsFallback: false, string.Join('\n', events));
}
