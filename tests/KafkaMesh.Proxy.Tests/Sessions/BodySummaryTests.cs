using KafkaMesh.Codec;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>What single fields of a body mean: to errors, to topics.</summary>
public class BodySummaryTests
{
    private const short LeaderAndIsr = 4;
    private const short UpdateMetadata = 6;
    private const short CreateTopics = 19;

    private static readonly byte[] s_id = [.. Enumerable.Range(1, TopicId.SizeInBytes).Select(i => (byte)i)];

    /// <summary>TopicConfigErrorCode (KIP-525): the topic was made, and the client may not see its configuration.</summary>
    [Fact]
    public void CreateTopics_ConfigsMayNotBeSeen_IsNoErrorAndTheTopicIsLearnt()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(CreateTopics, 7, 1, "c", [1, .. Wire.Int32(1000), 0, 0], flexible: true));
        connection.Receive(Wire.Response(1, CreateTopicsResponse(error: 0), flexible: true));
        var api = connection.Api(CreateTopics);
        Assert.Equal((1, 0, 0), (api.Responses, api.ResponsesWithError, api.Errors.Sum()));
        Assert.True(connection.Snapshot.Series.TopicIds.TryGetName(TopicId.Read(s_id), out var name));
        Assert.Equal("orders"u8, name);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void CreateTopics_NotAllowed_IsOneError()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(CreateTopics, 7, 1, "c", [1, .. Wire.Int32(1000), 0, 0], flexible: true));
        connection.Receive(Wire.Response(1, CreateTopicsResponse(error: 29), flexible: true));
        var api = connection.Api(CreateTopics);
        Assert.Equal((1, 1), (api.ResponsesWithError, api.Errors.Sum()));
    }

    /// <summary>What a controller tells a broker that ZooKeeper coordinates: its followers fetch by id, and may never ask for Metadata.</summary>
    [Theory]
    [InlineData(UpdateMetadata, 7)]
    [InlineData(UpdateMetadata, 8)]
    [InlineData(LeaderAndIsr, 5)]
    [InlineData(LeaderAndIsr, 7)]
    public void ControllerRequest_TopicWithId_IsLearnt(short key, short version)
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(key, version, 1, "c",
        [
            .. Wire.Int32(0), .. Enumerable.Repeat((byte)0, (key, version) is (UpdateMetadata, 8) or (LeaderAndIsr, 7) ? 1 : 0), .. Wire.Int32(3), .. Wire.Int64(9),
            .. Enumerable.Repeat((byte)0, key == LeaderAndIsr ? 1 : 0), 2, .. Wire.CompactString("orders"), .. s_id, 1, 0, 1, 0,
        ], flexible: true));
        Assert.True(connection.Snapshot.Series.TopicIds.TryGetName(TopicId.Read(s_id), out var name));
        Assert.Equal("orders"u8, name);
        Assert.Empty(connection.Trace.Failures);
    }

    /// <summary>Uuid.METADATA_TOPIC_ID: the log of KRaft is in no Metadata response.</summary>
    [Fact]
    public void Fetch_MetadataTopicId_HasItsName()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.FetchById(1, 17)).Receive(Wire.FetchByIdResponse(1, [.. new byte[15], 1], Wire.Batch(3, 10)));
        var topics = new List<(string, long)>();
        TopicSeries.ForEach(connection.Snapshot, (_, _, topic, records, _) => topics.Add((topic.Name, records)));
        Assert.Equal([("__cluster_metadata", 3)], topics);
    }

    private static byte[] CreateTopicsResponse(short error) =>
    [
        .. Wire.Int32(0), 2, .. Wire.CompactString("orders"), .. s_id, .. Wire.Int16(error), 0, .. Wire.Int32(1), .. Wire.Int16(1), 0,
        1, 0, sizeof(short), .. Wire.Int16(29), 0,
    ];
}
