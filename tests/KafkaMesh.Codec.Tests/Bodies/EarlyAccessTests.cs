using KafkaMesh.Codec.Tests.Generation;
using KafkaMesh.Codec.Tests.Json;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>
/// Layouts that a release had under a version number which a later release gave another layout, all of them before the API was
/// declared stable. The tables hold the later one; bytes of the earlier must cost their own details only.
/// </summary>
public sealed class EarlyAccessTests
{
    /// <summary>EndQuorumEpoch 0 had a replica's id before the leader's in Kafka 2.7.</summary>
    [Fact]
    public void Read_EndQuorumEpochOf27_EndsByName() => AssertSoft(
        new Target(54, 0, MessageKind.Request),
        new WireWriter().String("c").Int32(1).String("t").Int32(1).Int32(0).Int32(1).Int32(2).Int32(3).Int32(1).Int32(4));

    /// <summary>ConsumerGroupHeartbeat 0 had a regular expression, client assignors and more in Kafka 3.5 and 3.6.</summary>
    [Fact]
    public void Read_ConsumerGroupHeartbeatOf35_EndsByName()
    {
        AssertSoft(
            new Target(68, 0, MessageKind.Request),
            new WireWriter().CompactString("g").CompactString("m").Int32(0).Varint(0).Varint(0).Int32(-1).Varint(2).CompactString("t")
                .CompactString("t.*").CompactString("uniform").Varint(2).CompactString("range").Int16(0).Int16(0).Int16(0).Varint(1).Int8(0).Varint(0).Int8(0));
        AssertSoft(
            new Target(68, 0, MessageKind.Response),
            new WireWriter().Int32(0).Int16(0).Varint(0).CompactString("m").Int32(1).Int8(1).Int32(5000)
                .Int8(1).Int8(0).Varint(1).Varint(1).Int16(0).Varint(1).Int8(0).Int8(0));
    }

    /// <summary>ConsumerGroupDescribe 0 had no topic names beside the ids in Kafka 3.7.</summary>
    [Fact]
    public void Read_ConsumerGroupDescribeOf37_EndsByName() => AssertSoft(
        new Target(69, 0, MessageKind.Response),
        new WireWriter().Int32(0).Varint(2).Int16(0).Varint(0).CompactString("g").CompactString("Stable").Int32(1).Int32(1).CompactString("uniform")
            .Varint(2).CompactString("m").Varint(0).Varint(0).Int32(1).CompactString("c").CompactString("/h").Varint(1).Varint(0)
            .Varint(2).Raw(new byte[16]).Varint(2).Int32(0).Int8(0).Int8(0).Varint(1).Int8(0).Int8(0).Int32(0).Int8(0).Int8(0));

    /// <summary>ReadShareGroupStateSummary 0 had another layout in Kafka 3.9 and 4.0: no state epoch of the leader, for one.</summary>
    [Fact]
    public void Read_ReadShareGroupStateSummaryOf39_EndsByName() => AssertSoft(
        new Target(87, 0, MessageKind.Response),
        new WireWriter().Varint(2).Raw(new byte[16]).Varint(2).Int32(0).Int16(0).Varint(0).Int32(1).Int64(7).Int8(0).Int8(0).Int8(0));

    /// <summary>However it ends, it ends the same in every cutting, with a name when it fails, and the view agrees.</summary>
    private static void AssertSoft(Target target, WireWriter wire)
    {
        var body = wire.ToArray();
        var decoded = Decoded.ReadEveryWay(target, body);
        Assert.NotEqual(DecodeStatus.NeedMoreData, decoded.Status);
        Assert.Equal(decoded.Status == DecodeStatus.Failed, decoded.Error != DecodeError.None);
        Assert.True(decoded.Status == DecodeStatus.Failed || decoded.TrailingBytes > 0, $"{target} is read as if it had its later layout: {decoded}");
        var (error, json) = View.Of(target, body);
        if (decoded.Status == DecodeStatus.Failed) Assert.NotEqual(DecodeError.None, error);
        else Assert.Contains("trailingBytes", json, StringComparison.Ordinal);
    }
}
