using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>
/// Tag sections that no encoder of Kafka's writes. Each tag is passed over by the size that stands before it, so one that is out of
/// order, doubled or of another version costs nothing but itself.
/// </summary>
public sealed class BodyReaderTagTests
{
    private const string Name = "orders";
    private static readonly Target Heartbeat = new(12, 4, MessageKind.Response);
    private static readonly Target Fetch15 = new(1, 15, MessageKind.Request);
    private static readonly Target Fetch12 = new(1, 12, MessageKind.Response);

    [Fact]
    public void Read_UnknownTags_AreSkippedAtEveryLevel()
    {
        WireWriter Tags(WireWriter wire) => wire.Varint(2).Varint(77).Varint(3).Raw(1, 2, 3).Varint(uint.MaxValue).Varint(0);
        var body = new WireWriter().Int32(0).Int16(0).Int32(0).Varint(2).CompactString(Name).Varint(2)
            .Int32(7).Int16(0).Int64(44).Int64(44).Int64(0).Varint(2).Int64(1).Int64(2);
        Tags(body).Int32(-1).Varint(0);
        var decoded = Decoded.ReadEveryWay(Fetch12, Tags(Tags(Tags(body))).ToArray());
        Assert.Equal(
            Done(
                "ThrottleTimeMs 0", "ErrorCode 0", "TopicName 6 'orders'", "PartitionIndex 7", "PartitionErrorCode 0", "HighWatermark 44",
                "Records 0 Complete", "End Partition", "End Topic"),
            decoded);
    }

    [Fact]
    public void Read_TagsDescendingAndRepeated_AreSkippedBySize()
    {
        var body = new WireWriter().Int32(0).Int16(0).Varint(4).Varint(9).Varint(1).Int8(1).Varint(3).Varint(0).Varint(3).Varint(2).Raw(1, 2).Varint(0).Varint(1).Int8(0);
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0"), Decoded.ReadEveryWay(Heartbeat, body.ToArray()));
    }

    [Fact]
    public void Read_KnownTagBelowItsVersions_IsSkipped()
    {
        // Tag 0 of a Fetch response is NodeEndpoints from version 16 on; Java refuses the frame, others keep the tag as unknown.
        var body = new WireWriter().Int32(0).Int16(0).Int32(0).Varint(1).Varint(1).Varint(0).Varint(5).Raw(0xff, 0xff, 0xff, 0xff, 0xff);
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0"), Decoded.ReadEveryWay(Fetch12, body.ToArray()));
    }

    [Fact]
    public void Read_TagWithMeaning_IsTold() => AssertTold(
        Replica(new WireWriter().Varint(2), 29).Varint(7).Varint(1).Int8(9),
        "ReplicaId 29");

    [Fact]
    public void Read_TagWithMeaningTwice_IsToldTwice() => AssertTold(Replica(Replica(new WireWriter().Varint(2), 29), -1), "ReplicaId 29", "ReplicaId -1");

    [Fact]
    public void Read_TagWithMeaningBehindLaterOnes_IsTold() => AssertTold(
        Replica(new WireWriter().Varint(2).Varint(7).Varint(300).Raw(new byte[300]), 29),
        "ReplicaId 29");

    [Fact]
    public void Read_TagWithMeaningAbsent_TellsNothing() => AssertTold(new WireWriter().Varint(1).Varint(0).Varint(2).CompactString("c"));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(300)]
    public void Read_TagLongerThanItsNumber_SkipsTheRest(int more) => AssertTold(
        new WireWriter().Varint(1).Varint(1).Varint((uint)(sizeof(int) + more)).Int32(29).Raw(Enumerable.Repeat((byte)0xff, more).ToArray()),
        "ReplicaId 29");

    [Fact]
    public void Read_TagShorterThanItsNumber_Fails()
    {
        var decoded = Decoded.ReadEveryWay(Fetch15, Fetch(new WireWriter().Varint(1).Varint(1).Varint(3).Raw(0, 0, 29)));
        Assert.Equal((DecodeStatus.Failed, DecodeError.Truncated), (decoded.Status, decoded.Error));
    }

    /// <summary>Kafka writes it in a tag only since version 15; before it is the first field.</summary>
    [Fact]
    public void Read_TagWithMeaningBelowItsVersions_IsSkipped() => Assert.Equal(
        Done("ReplicaId -1"),
        Decoded.ReadEveryWay(new Target(1, 14, MessageKind.Request), [0xff, 0xff, 0xff, 0xff, .. Fetch(Replica(new WireWriter().Varint(1), 29))]));

    private static void AssertTold(WireWriter tags, params string[] told) => Assert.Equal(Done(told), Decoded.ReadEveryWay(Fetch15, Fetch(tags)));

    /// <summary>ReplicaState: id and epoch (KIP-903).</summary>
    private static WireWriter Replica(WireWriter tags, int id) => tags.Varint(1).Varint(13).Int32(id).Int64(-1).Varint(0);

    /// <summary>Fetch 13 to 18 of no topics, but for what versions below 15 have before it.</summary>
    private static byte[] Fetch(WireWriter tags) => new WireWriter().Int32(500).Int32(1).Int32(1 << 20).Int8(0).Int32(0).Int32(-1)
        .Varint(1).Varint(1).Varint(1).Raw(tags.ToArray()).ToArray();

    private static Decoded Done(params string[] events) => new(DecodeStatus.Done, DecodeError.None, 0, IsFallback: false, string.Join('\n', events));
}
