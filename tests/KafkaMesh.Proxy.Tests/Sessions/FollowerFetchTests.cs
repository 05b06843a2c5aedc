using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>
/// Followers fetch what they replicate by the same API as consumers, and say who they are: Kafka takes every replica id of 0 and above for one
/// (FetchRequest.isValidBrokerId). Their traffic is no consumption.
/// </summary>
public class FollowerFetchTests
{
    private const string Consumer = "Fetch";
    private const string Follower = "FetchFollower";

    private static readonly byte[] s_id = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Theory]
    [InlineData(3, -2, Consumer)]
    [InlineData(3, -1, Consumer)]
    [InlineData(3, 0, Follower)]
    [InlineData(3, 2, Follower)]
    [InlineData(11, -2, Consumer)]
    [InlineData(11, -1, Consumer)]
    [InlineData(11, 0, Follower)]
    [InlineData(11, 2, Follower)]
    public void Fetch_ReplicaIdInItsPlace_TellsFollowersFromConsumers(short version, int replica, string api)
    {
        var connection = new ObservedConnection();
        connection.Send(Request(version, 1, replica)).Receive(Response(version, 1, Wire.Batch(5, 30)));
        AssertAllUnder(api, "clicks", connection);
    }

    /// <summary>ReplicaState in tag 1 since version 15 (KIP-903); consumers leave it out.</summary>
    [Theory]
    [InlineData(null, Consumer)]
    [InlineData(-1, Consumer)]
    [InlineData(0, Follower)]
    [InlineData(2, Follower)]
    public void Fetch_ReplicaStateCutAnywhere_TellsFollowersFromConsumers(int? replica, string api)
    {
        var request = Wire.FetchById(1, 17, Tags(replica));
        var response = Wire.FetchByIdResponse(1, s_id, Wire.Batch(5, 30));
        for (var cut = 0; cut <= request.Length; cut++)
        {
            var connection = new ObservedConnection();
            connection.Send(request.AsSpan(0, cut)).Send(request.AsSpan(cut)).Receive(response);
            AssertAllUnder(api, "AQIDBAUGBwgJCgsMDQ4PEA", connection);
        }

        for (var cut = 0; cut <= response.Length; cut++)
        {
            var connection = new ObservedConnection();
            connection.SendBytewise(request).Receive(response.AsSpan(0, cut)).Receive(response.AsSpan(cut));
            AssertAllUnder(api, "AQIDBAUGBwgJCgsMDQ4PEA", connection);
        }
    }

    /// <summary>One replica's connection to its leader also carries other requests; and each Fetch is told by itself.</summary>
    [Fact]
    public void Fetch_BothOnOneConnectionInFlight_AreKeptApart()
    {
        var connection = new ObservedConnection();
        connection.Send(Request(11, 1, 2)).Send(Request(11, 2, -1)).Send(Wire.Heartbeat(3)).Send(Request(11, 4, 2));
        connection.Receive(Response(11, 1, Wire.Batch(5, 30))).Receive(Response(11, 2, Wire.Batch(3, 30))).Receive(Wire.HeartbeatResponse(3));
        var report = Report(connection);
        Assert.Equal([(Consumer, 1, 1, 0), ("Heartbeat", 1, 1, 0), (Follower, 2, 1, 1)], report.Apis.Select(a => (a.Api, (int)a.Requests, (int)a.Responses, (int)a.InFlight)));
        Assert.Equal([(Consumer, 3), (Follower, 5)], report.Topics.Select(t => (t.Api, (int)t.Records)));
        connection.Close();
        Assert.Equal(1, Report(connection).Apis.Single(a => a.Api == Follower).Unanswered.Sum(u => u.Count));
    }

    [Fact]
    public void Fetch_OfAFollowerThatFoundNothing_IsAnEmptyPollOfItsOwn()
    {
        var connection = new ObservedConnection();
        connection.Send(Request(11, 1, 2)).Receive(Response(11, 1, []));
        var api = Report(connection).Apis.Single();
        Assert.Equal((Follower, "empty"), (api.Api, api.Latency.Single().Result));
    }

    private static void AssertAllUnder(string api, string topic, ObservedConnection connection)
    {
        var report = Report(connection);
        var only = report.Apis.Single();
        Assert.Equal((api, 1, 1, 0), (only.Api, (int)only.Requests, (int)only.Responses, (int)only.InFlight));
        Assert.Equal(api == Consumer ? 1 : ApiStats.FollowerFetchApiKey, only.ApiKey);
        Assert.Equal("data", only.Latency.Single().Result);
        Assert.Equal((api, topic, 5), report.Topics.Select(t => (t.Api, t.Topic, (int)t.Records)).Single());
        Assert.Empty(connection.Trace.Failures);
    }

    private static StatsReport Report(ObservedConnection connection) => StatsReportBuilder.Build(connection.Snapshot, SidecarIdentity.Create());

    /// <summary>ReplicaState: id, epoch, no tags.</summary>
    private static byte[] Tags(int? replica) => replica is { } id ? [1, 1, 13, .. Wire.Int32(id), .. Wire.Int64(7), 0] : [0];

    /// <summary>Fetch 3 or 11 of one partition.</summary>
    private static byte[] Request(short version, int correlationId, int replica) => Wire.Request(
        1,
        version,
        correlationId,
        "broker-2-fetcher-0",
        [
            .. Wire.Int32(replica), .. Wire.Int32(500), .. Wire.Int32(1), .. Wire.Int32(1 << 20),
            .. version == 3 ? [] : (byte[])[0, .. Wire.Int32(9), .. Wire.Int32(1)],
            .. Wire.Int32(1), .. Wire.String("clicks"), .. Wire.Int32(1), .. Wire.Int32(0),
            .. version == 3 ? Wire.Int64(0) : [.. Wire.Int32(1), .. Wire.Int64(0), .. Wire.Int64(0)], .. Wire.Int32(1 << 20),
            .. version == 3 ? [] : (byte[])[.. Wire.Int32(0), .. Wire.String("")],
        ]);

    private static byte[] Response(short version, int correlationId, byte[] records) => Wire.Response(
        correlationId,
        [
            .. Wire.Int32(0), .. version == 3 ? [] : (byte[])[.. Wire.Int16(0), .. Wire.Int32(9)],
            .. Wire.Int32(1), .. Wire.String("clicks"), .. Wire.Int32(1), .. Wire.Int32(0), .. Wire.Int16(0), .. Wire.Int64(10),
            .. version == 3 ? [] : (byte[])[.. Wire.Int64(10), .. Wire.Int64(0), .. Wire.Int32(-1), .. Wire.Int32(-1)],
            .. Wire.Int32(records.Length), .. records,
        ]);
}
