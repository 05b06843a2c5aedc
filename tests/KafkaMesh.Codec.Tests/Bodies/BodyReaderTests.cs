using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Bodies written by hand from the protocol's documentation, each read in every possible way.</summary>
public sealed class BodyReaderTests
{
    private const string Name = "orders";

    [Fact]
    public void Read_HeartbeatResponse4_SaysThrottleAndError()
    {
        var body = new WireWriter().Int32(25).Int16(27).Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(12, 4, MessageKind.Response), body);
        Assert.Equal(Done("ThrottleTimeMs 25", "ErrorCode 27"), decoded);
    }

    [Fact]
    public void Read_ProduceRequest9_SaysTransactionAcksTopicAndBatches()
    {
        var records = new WireWriter().Batch(0, 0x12, 3, new byte[100]).Batch(3, 0x24, 1, new byte[20]).ToArray();
        var body = new WireWriter().CompactString("txn-1").Int16(-1).Int32(30_000).Varint(2)
            .CompactString(Name).Varint(2).Int32(7).Varint((uint)records.Length + 1).Raw(records).Int8(0).Int8(0)
            .Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(0, 9, MessageKind.Request), body);
        Assert.Equal(
            Done(
                "TransactionalId 5 'txn-1'", "Acks -1", "TopicName 6 'orders'", "PartitionIndex 7",
                "Batch offset=0 size=161 records=3 magic=2 Snappy attributes=18",
                "Batch offset=3 size=81 records=1 magic=2 Zstd attributes=36",
                "Records 242 Complete", "End Partition", "End Topic"),
            decoded);
    }

    [Fact]
    public void Read_ProduceRequest0_SaysOldMessages()
    {
        var records = new WireWriter().Message(0, 0, 0, new byte[5]).Message(1, 1, 1, new byte[90]).ToArray();
        var body = new WireWriter().Int16(0).Int32(1000).Int32(1).String(Name).Int32(1).Int32(0).Int32(records.Length).Raw(records).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(0, 0, MessageKind.Request), body);
        Assert.Equal(
            Done(
                "Acks 0", "TopicName 6 'orders'", "PartitionIndex 0",
                "Batch offset=0 size=31 records=1 magic=0 None attributes=0",
                "Batch offset=1 size=124 records=1 magic=1 Gzip attributes=1",
                "Records 155 Complete", "End Partition", "End Topic"),
            decoded);
    }

    [Fact]
    public void Read_FetchResponse13_SaysTopicIdErrorsAndCutBatch()
    {
        var records = new WireWriter().Batch(40, 0, 2, new byte[50]).Batch(42, 0, 2, new byte[50]).ToArray()[..^30];
        var id = Enumerable.Range(1, 16).Select(i => (byte)i).ToArray();
        var body = new WireWriter().Int32(0).Int16(0).Int32(77).Varint(2).Raw(id).Varint(3);
        body.Int32(0).Int16(0).Int64(44).Int64(44).Int64(0).Varint(0).Int32(-1).Varint((uint)records.Length + 1).Raw(records).Int8(0);
        body.Int32(1).Int16(6).Int64(-1).Int64(-1).Int64(-1).Varint(1).Int32(-1).Varint(0);
        body.Varint(1).Varint(1).Varint(9).Int32(3).Int32(5).Int8(0); // tag CurrentLeader
        body.Int8(0).Int8(0);
        var decoded = Decoded.ReadEveryWay(new Target(1, 13, MessageKind.Response), body.ToArray());
        Assert.Equal(
            Done(
                "ThrottleTimeMs 0", "ErrorCode 0", "TopicId AQIDBAUGBwgJCgsMDQ4PEA",
                "PartitionIndex 0", "PartitionErrorCode 0", "HighWatermark 44",
                "Batch offset=40 size=111 records=2 magic=2 None attributes=0", "Records 192 PartialBatch", "End Partition",
                "PartitionIndex 1", "PartitionErrorCode 6", "HighWatermark -1", "Records 0 Complete", "End Partition", "End Topic"),
            decoded);
    }

    [Fact]
    public void Read_MetadataResponse12_PairsTopicNameAndId()
    {
        var body = new WireWriter().Int32(0).Varint(1).Varint(0).Int32(1).Varint(2)
            .Int16(3).CompactString(Name).Raw(new byte[15]).Int8(9).Int8(0)
            .Varint(2).Int16(5).Int32(0).Int32(1).Int32(2).Varint(2).Int32(1).Varint(1).Varint(1).Int8(0)
            .Int32(0).Int8(0).Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(3, 12, MessageKind.Response), body);
        Assert.Equal(
            Done(
                "ThrottleTimeMs 0", "TopicErrorCode 3", "TopicName 6 'orders'", "TopicId AAAAAAAAAAAAAAAAAAAACQ",
                "PartitionErrorCode 5", "PartitionIndex 0", "End Partition", "End Topic"),
            decoded);
    }

    [Fact]
    public void Read_JoinGroupResponse6_SaysGenerationAndMembers()
    {
        var body = new WireWriter().Int32(0).Int16(0).Int32(4).CompactString("range").CompactString("m-1").CompactString("m-1").Varint(3);
        foreach (var member in new[] { "m-1", "m-2" }) body.CompactString(member).Varint(0).Varint(4).Raw(1, 2, 3).Int8(0);
        var decoded = Decoded.ReadEveryWay(new Target(11, 6, MessageKind.Response), body.Int8(0).ToArray());
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0", "GenerationId 4", "MemberCount 2"), decoded);
    }

    [Fact]
    public void Read_OffsetFetchResponse8_PlacesErrorsInGroupAndPartition()
    {
        var body = new WireWriter().Int32(0).Varint(2).CompactString("g")
            .Varint(2).CompactString(Name).Varint(2).Int32(3).Int64(99).Int32(-1).Varint(0).Int16(5).Int8(0).Int8(0)
            .Int16(16).Int8(0).Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(9, 8, MessageKind.Response), body);
        Assert.Equal(
            Done(
                "ThrottleTimeMs 0", "GroupId 1 'g'", "TopicName 6 'orders'", "PartitionIndex 3", "CommittedOffset 99", "PartitionErrorCode 5",
                "End Partition", "End Topic", "GroupErrorCode 16", "End Group"),
            decoded);
    }

    [Fact]
    public void Read_LeaveGroup_TellsNoMemberCount()
    {
        // Its members are those that leave, not those that the group has.
        var request = new WireWriter().String("g").Int32(1).String("m").Int16(-1).ToArray();
        Assert.Equal(Done("GroupId 1 'g'"), Decoded.ReadEveryWay(new Target(13, 3, MessageKind.Request), request));
        var response = new WireWriter().Int32(0).Int16(0).Int32(1).String("m").Int16(-1).Int16(25).ToArray();
        Assert.Equal(Done("ThrottleTimeMs 0", "ErrorCode 0", "ElementErrorCode 25"), Decoded.ReadEveryWay(new Target(13, 3, MessageKind.Response), response));
    }

    [Fact]
    public void Read_PartitionsListedAsNumbers_AreTold()
    {
        var body = new WireWriter().Varint(2).CompactString("g").Varint(2).CompactString(Name).Varint(3).Int32(4).Int32(0).Int8(0).Int8(0).Int8(1).Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(9, 8, MessageKind.Request), body);
        Assert.Equal(
            Done("GroupId 1 'g'", "TopicName 6 'orders'", "PartitionIndex 4", "End Partition", "PartitionIndex 0", "End Partition", "End Topic", "End Group"),
            decoded);
    }

    [Fact]
    public void Read_ApiVersionsRequest3_SaysClientSoftware()
    {
        var body = new WireWriter().CompactString("librdkafka").CompactString("2.0.2").Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(18, 3, MessageKind.Request), body);
        Assert.Equal(Done("ClientSoftwareName 10 'librdkafka'", "ClientSoftwareVersion 5 '2.0.2'"), decoded);
    }

    [Fact]
    public void Read_ApiVersionsResponse3_SaysRanges()
    {
        var body = new WireWriter().Int16(0).Varint(3).Int16(0).Int16(3).Int16(13).Int8(0).Int16(1).Int16(4).Int16(18).Int8(0).Int32(0).Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(18, 3, MessageKind.Response), body);
        Assert.Equal(
            Done(
                "ErrorCode 0", "SupportedApiKey 0", "SupportedMinVersion 3", "SupportedMaxVersion 13",
                "SupportedApiKey 1", "SupportedMinVersion 4", "SupportedMaxVersion 18", "ThrottleTimeMs 0"),
            decoded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)] // of a client newer than the schema
    [InlineData(short.MaxValue)]
    public void Read_ApiVersionsFallbackWithOneRange_IsVersion0(short version)
    {
        var body = new WireWriter().Int16(35).Int32(1).Int16(18).Int16(0).Int16(2).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(18, version, MessageKind.Response), body);
        Assert.Equal(
            Done("ErrorCode 35", "SupportedApiKey 18", "SupportedMinVersion 0", "SupportedMaxVersion 2") with { IsFallback = true },
            decoded);
    }

    [Fact]
    public void Read_ApiVersionsFallbackOfOldBroker_IsEmptyVersion0()
    {
        var decoded = Decoded.ReadEveryWay(new Target(18, 3, MessageKind.Response), new WireWriter().Int16(35).Int32(0).ToArray());
        Assert.Equal(Done("ErrorCode 35") with { IsFallback = true }, decoded);
    }

    [Fact]
    public void Read_ApiVersionsResponseOfUnknownVersion_FailsByNameAndTellsNothing()
    {
        var body = new WireWriter().Int16(0).Varint(2).Int16(18).Int16(0).Int16(5).Int8(0).Int32(0).Int8(0).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(18, 5, MessageKind.Response), body);
        Assert.Equal(new Decoded(DecodeStatus.Failed, DecodeError.UnknownVersion, 0, IsFallback: false, ""), decoded);
    }

    /// <summary>Versions 1 and 2 differ from version 0 only by a throttle time at the end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_ApiVersionsError35WithThrottleTime_KeepsItsVersion(short version)
    {
        var body = new WireWriter().Int16(35).Int32(1).Int16(18).Int16(0).Int16(2).Int32(7).ToArray();
        var target = new Target(18, version, MessageKind.Response);
        var decoded = Decoded.ReadGuarded(target, body);
        Assert.Equal(Done("ErrorCode 35", "SupportedApiKey 18", "SupportedMinVersion 0", "SupportedMaxVersion 2", "ThrottleTimeMs 7"), decoded);
        Assert.True(Decoded.ReadGuarded(target, body.AsSpan(0, 12)).IsFallback);
    }

    [Fact]
    public void Read_ApiVersionsOtherErrorThan35_KeepsItsVersion()
    {
        // Error 42 and two ranges; kafka-python falls back upon any error.
        var body = new WireWriter().Int16(42).Varint(3);
        for (var key = 0; key < 2; key++) body.Int16(key).Int16(0).Int16(1).Int8(0);
        var decoded = Decoded.ReadEveryWay(new Target(18, 3, MessageKind.Response), body.Int32(0).Int8(0).ToArray());
        Assert.Equal((DecodeStatus.Done, false), (decoded.Status, decoded.IsFallback));
    }

    [Fact]
    public void Read_ApiVersionsOtherErrorOfSuchLength_KeepsItsVersion()
    {
        // Four ranges in version 3 make 36 bytes = 6 + 5 * 6: the length alone does not tell.
        var body = new WireWriter().Int16(35).Varint(5);
        for (var key = 0; key < 4; key++) body.Int16(key).Int16(0).Int16(1).Int8(0);
        var decoded = Decoded.ReadEveryWay(new Target(18, 3, MessageKind.Response), body.Int32(0).Int8(0).ToArray());
        Assert.Equal((DecodeStatus.Done, false), (decoded.Status, decoded.IsFallback));
        Assert.EndsWith("SupportedApiKey 3\nSupportedMinVersion 0\nSupportedMaxVersion 1\nThrottleTimeMs 0", decoded.Events, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NullableStruct_PresentAndNull()
    {
        var cursor = new WireWriter().Int8(1).CompactString(Name).Int32(4).Int8(0).ToArray();
        var body = new WireWriter().Int32(0).Varint(1).Raw(cursor).Int8(0).ToArray();
        var target = new Target(75, 0, MessageKind.Response);
        Assert.Equal(Done("ThrottleTimeMs 0", "TopicName 6 'orders'", "PartitionIndex 4", "End Topic, Partition"), Decoded.ReadEveryWay(target, body));
        Assert.Equal(Done("ThrottleTimeMs 0"), Decoded.ReadEveryWay(target, new WireWriter().Int32(0).Varint(1).Int8(-1).Int8(0).ToArray()));
    }

    [Fact]
    public void Read_CorruptBatchLength_SkipsTheFieldAndGoesOn()
    {
        var batch = new WireWriter().Batch(0, 0, 1, new byte[10]).ToArray();
        batch[11] = 13;
        var body = new WireWriter().Int16(-1).Int16(1).Int32(0).Int32(1).String(Name).Int32(2)
            .Int32(0).Int32(batch.Length).Raw(batch).Int32(1).Int32(-1).ToArray();
        var decoded = Decoded.ReadEveryWay(new Target(0, 3, MessageKind.Request), body);
        Assert.Equal(
            Done(
                "Acks 1", "TopicName 6 'orders'", "PartitionIndex 0", "Records 71 Corrupt", "End Partition",
                "PartitionIndex 1", "Records 0 Complete", "End Partition", "End Topic"),
            decoded);
    }

    [Fact]
    public void Read_BatchWithNegativeCount_SaysNoRecords()
    {
        var batch = new WireWriter().Batch(0, 0, -5, new byte[10]).ToArray();
        var body = new WireWriter().Int16(-1).Int16(1).Int32(0).Int32(1).String(Name).Int32(1).Int32(0).Int32(batch.Length).Raw(batch).ToArray();
        Assert.Contains("records=0 magic=2", Decoded.ReadEveryWay(new Target(0, 3, MessageKind.Request), body).Events, StringComparison.Ordinal);
    }

    [Fact]
    public void TryStart_AfterAnyPartOfABody_ForgetsIt()
    {
        var records = new WireWriter().Batch(0, 0, 1, new byte[30]).Batch(1, 0, 1, new byte[30]).ToArray();
        var body = new WireWriter().Int32(0).Int16(0).Int32(77).Varint(2).CompactString(Name).Varint(2)
            .Int32(0).Int16(0).Int64(44).Int64(44).Int64(0).Varint(0).Int32(-1).Varint((uint)records.Length + 1).Raw(records)
            .Varint(1).Varint(9).Varint(4).Int32(5).Int8(0).Int8(0).ToArray();
        var whole = Decoded.Read(new Target(1, 12, MessageKind.Response), body);
        Assert.Equal(DecodeStatus.Done, whole.Status);
        for (var length = 0; length < body.Length; length++)
        {
            var events = new List<string>();
            var sink = new RecordingSink(events);
            var reader = new BodyReader();
            Assert.True(reader.TryStart(1, 12, MessageKind.Response, body.Length));
            Assert.Equal(DecodeStatus.NeedMoreData, reader.Read(body.AsSpan(0, length), ref sink));
            events.Clear();
            Assert.True(reader.TryStart(1, 12, MessageKind.Response, body.Length));
            Assert.Equal(DecodeStatus.Done, reader.Read(body, ref sink));
            Assert.Equal(whole.Events, string.Join('\n', events));
        }
    }

    [Fact]
    public void Read_AfterTheEnd_StaysDoneAndLooksAtNothing()
    {
        var reader = new BodyReader();
        var sink = new CountingSink();
        Assert.True(reader.TryStart(12, 4, MessageKind.Response, 9));
        Assert.Equal(DecodeStatus.Done, reader.Read([0, 0, 0, 0, 0, 0, 0], ref sink));
        Assert.Equal(DecodeStatus.Done, reader.Read([1, 2], ref sink));
        Assert.Equal((2, 2L), (reader.TrailingBytes, sink.Calls));
    }

    [Fact]
    public void Read_OfUnknownVersion_FailsByName()
    {
        var reader = new BodyReader();
        var sink = new CountingSink();
        Assert.False(reader.TryStart(12, 99, MessageKind.Response, 7));
        Assert.Equal(DecodeStatus.Failed, reader.Read([0, 0, 0, 0, 0, 0, 0], ref sink));
        Assert.Equal((DecodeError.UnknownVersion, 0L), (reader.Error, sink.Calls));
    }

    private static Decoded Done(params string[] events) => new(DecodeStatus.Done, DecodeError.None, 0, IsFallback: false, string.Join('\n', events));
}
