using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Views;
using Serilog.Core;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>Who talks to whom.</summary>
public sealed class TopologyBuilderTests
{
    [Fact]
    public void Build_ByWorkload_AddsPodsOfADeploymentUp()
    {
        var view = Build(byPod: false, limit: 50);
        Assert.Equal(
            ["broker:10.0.0.7:9092", "broker:10.0.0.9:9092", "topic:busy", "topic:quiet", "workload:shop/Deployment/orders", "workload:shop/Pod/pod-c"],
            view.Nodes.Select(n => n.Id));
        Assert.Equal(("Deployment", 2, "shop/orders"), (view.Nodes[4].WorkloadKind, view.Nodes[4].Pods, view.Nodes[4].Monitors.Single()));
        Assert.Equal(
            [
                new TopologyEdgeView("topic:busy", "workload:shop/Pod/pod-c", "consume", 1, 10, 20, 200, 0, 0),
                new TopologyEdgeView("workload:shop/Deployment/orders", "broker:10.0.0.7:9092", "connect", null, null, 0, 0, 0, 4),
                new TopologyEdgeView("workload:shop/Deployment/orders", "broker:10.0.0.9:9092", "connect", null, null, 0, 0, 6, 0),
                new TopologyEdgeView("workload:shop/Deployment/orders", "topic:busy", "produce", 20, 200, 400, 4000, 0, 0),
                new TopologyEdgeView("workload:shop/Pod/pod-c", "broker:10.0.0.7:9092", "connect", null, null, 0, 0, 0, 2),
                new TopologyEdgeView("workload:shop/Pod/pod-c", "broker:10.0.0.9:9092", "connect", null, null, 0, 0, 3, 0),
                new TopologyEdgeView("workload:shop/Pod/pod-c", "topic:quiet", "produce", 1, 1, 20, 20, 0, 0),
            ],
            view.Edges);
        Assert.Equal(new TopologyMoreView(0, 0), view.More);
    }

    [Fact]
    public void Build_MoreTopicsThanAskedFor_PutsTheRestIntoOne()
    {
        var view = Build(byPod: true, limit: 1);
        Assert.Equal(["topic:__other__", "topic:busy"], view.Nodes.Where(n => n.Kind == "topic").Select(n => n.Id));
        Assert.Equal(["pod:shop/pod-a", "pod:shop/pod-b", "pod:shop/pod-c"], view.Nodes.Where(n => n.Kind == "pod").Select(n => n.Id));
        Assert.Equal(1, view.More.Topics);
    }

    [Fact]
    public void Build_EveryPodWithEveryTopicAndBroker_IsBoundedAndLosesNoCount()
    {
        const int pods = 200;
        const int topics = 200;
        var rounds = new Rounds();
        var reported = Enumerable.Range(0, topics).Select(i => Topic("Produce", $"t{i:D3}", 3, 5)).ToArray();
        const int brokerCount = 100;
        var brokers = Enumerable.Range(0, brokerCount).Select(i => new BrokerStats { Direction = "outbound", Address = $"10.0.1.{i}:9092", Open = 1, Total = 1 }).ToArray();
        for (var i = 0; i < pods; i++)
        {
            rounds.AddPod($"p{i}");
            rounds.Report($"p{i}", Report($"p{i}", 1, reported) with { Brokers = brokers });
        }

        var store = new FigureStore(Logger.None);
        store.Take(rounds.Next());
        var view = new TopologyBuilder(byPod: true).Build([store.Find(rounds.Next().Key)!], 1000, rounds.Now);

        Assert.InRange(view.Edges.Count, 20_000, 20_000 + (2 * pods));
        Assert.Equal(pods * topics * 3L, view.Edges.Where(e => e.Kind == "produce").Sum(e => e.Records));
        Assert.Equal(pods * topics * 5L, view.Edges.Where(e => e.Kind == "produce").Sum(e => e.Bytes));
        Assert.Equal(pods * brokerCount, view.Edges.Where(e => e.Kind == "connect").Sum(e => e.Connections));
        Assert.Contains("broker:__other__", view.Nodes.Select(n => n.Id));
    }

    private static TopologyView Build(bool byPod, int limit)
    {
        var rounds = new Rounds();
        rounds.AddPod("a", "ReplicaSet", "orders-5d8f9", "5d8f9");
        rounds.AddPod("b", "ReplicaSet", "orders-5d8f9", "5d8f9");
        rounds.AddPod("c");
        var store = new FigureStore(Logger.None);
        for (var i = 1; i <= 2; i++)
        {
            rounds.Report("a", Report("a", i, Topic("Produce", "busy", 100 * i, 1000 * i)));
            rounds.Report("b", Report("b", i, Topic("Produce", "busy", 100 * i, 1000 * i)));
            rounds.Report("c", Report("c", i, Topic("Fetch", "busy", 10 * i, 100 * i), Topic("Produce", "quiet", 10 * i, 10 * i), Topic("Produce", "theirs", 7, 7) with { Direction = "inbound" }));
            store.Take(rounds.Next());
        }
        return new TopologyBuilder(byPod).Build([store.Find(rounds.Next().Key)!], limit, rounds.Now);
    }

    private static TopicStats Topic(string api, string topic, long records, long bytes) => new() { Direction = "outbound", Api = api, Topic = topic, Records = records, Bytes = bytes };

    private static StatsReport Report(string id, int sequence, params TopicStats[] topics) => new()
    {
        InstanceId = id,
        Sequence = sequence,
        UptimeSeconds = 10 * sequence,
        Topics = topics,
        Brokers =
        [
            new BrokerStats { Direction = "outbound", Address = "10.0.0.9:9092", Open = 3, Total = 5 },
            new BrokerStats { Direction = "outbound", Address = "10.0.0.8:9092", Open = 0, Total = 5 },
            new BrokerStats { Direction = "outbound", Address = "10.0.0.7:9092", Open = 0, Total = 0, ConnectErrors = 2 },
            new BrokerStats { Direction = "inbound", Address = "10.0.0.1:9092", Open = 2, Total = 2 },
        ],
    };
}
