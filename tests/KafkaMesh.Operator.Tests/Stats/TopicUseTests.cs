using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Tests.Dashboard;
using Serilog.Core;

namespace KafkaMesh.Operator.Tests.Stats;

/// <summary>What followers replicate is nobody's read: not in the status, not in the dashboard's topics, not in the topology.</summary>
public sealed class TopicUseTests
{
    [Fact]
    public void Build_ReplicationOfATopic_IsNoReadOfIt()
    {
        var store = new FigureStore(Logger.None);
        var rounds = new Rounds();
        rounds.AddPod("broker");
        for (var i = 1; i <= 2; i++)
        {
            rounds.Report("broker", new StatsReport
            {
                InstanceId = "broker",
                Sequence = i,
                UptimeSeconds = 10 * i,
                Apis =
                [
                    new ApiStats { Direction = "outbound", ApiKey = 1, Api = "Fetch", Requests = i },
                    new ApiStats { Direction = "outbound", ApiKey = ApiStats.FollowerFetchApiKey, Api = ApiStats.FollowerFetchApi, Requests = 100 * i },
                ],
                Topics = [Topic("Produce", "orders", 5 * i), Topic("Fetch", "orders", 3 * i), Topic(ApiStats.FollowerFetchApi, "orders", 100 * i), Topic(ApiStats.FollowerFetchApi, "copied", i)],
            });
            store.Take(rounds.Next());
        }

        var round = rounds.Next();
        var status = round.Status.Topics!.Single();
        Assert.Equal(("orders", 6, 10, 60, 100), (status.Name, status.RecordsIn, status.RecordsOut, status.BytesIn, status.BytesOut));
        Assert.Equal([(1, 2L)], round.Status.ApiKeys!.Select(a => (a.ApiKey, a.Requests)));

        var figures = store.Find(round.Key)!;
        var topic = figures.Topics().Single();
        Assert.Equal(("orders", 6, 10, 0.3, 0.5), (topic.Name, topic.RecordsIn, topic.RecordsOut, topic.RecordsInPerSecond, topic.RecordsOutPerSecond));
        Assert.Equal((6, 10), (topic.Pods.Single().RecordsIn, topic.Pods.Single().RecordsOut));
        Assert.Equal([("Fetch", 2L), ("FetchFollower", 200L)], figures.Apis().Select(a => (a.Name, a.Requests)));

        var edges = new TopologyBuilder(byPod: true).Build([figures], 50, rounds.Now).Edges;
        Assert.Equal([("consume", 6L), ("produce", 10L)], edges.Select(e => (e.Kind, e.Records)).Order());
    }

    private static TopicStats Topic(string api, string topic, long records) =>
        new() { Direction = "outbound", Api = api, Topic = topic, Records = records, Bytes = 10 * records };
}
