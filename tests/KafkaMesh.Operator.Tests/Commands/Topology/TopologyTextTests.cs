using KafkaMesh.Operator.Commands.Topology;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Tests.Commands.Topology;

/// <summary>A topology as tables and as a graph, without a cluster.</summary>
public sealed class TopologyTextTests
{
    private static readonly TopologyView View = new(
        DateTimeOffset.UnixEpoch,
        [
            new("broker:10.0.0.9:9092", "broker", "10.0.0.9:9092", null, null, ["shop/orders"], 3),
            new("topic:busy", "topic", "busy", null, null, ["shop/orders"], 3),
            new("topic:a\"\\", "topic", "a\"\\", null, null, ["shop/orders"], 1),
            new("workload:shop/Deployment/orders", "workload", "orders", "shop", "Deployment", ["shop/orders"], 2),
            new("workload:shop/Pod/c", "workload", "c", "shop", "Pod", ["shop/orders"], 1),
        ],
        [
            new("topic:busy", "workload:shop/Pod/c", "consume", 1, 10, 20, 200, 0, 0),
            new("workload:shop/Deployment/orders", "broker:10.0.0.9:9092", "connect", null, null, 0, 0, 6, 2),
            new("workload:shop/Deployment/orders", "topic:busy", "produce", 20, 2000, 400, 4000, 0, 0),
            new("workload:shop/Pod/c", "topic:a\"\\", "produce", null, null, 20, 20, 0, 0),
            new("workload:gone", "topic:busy", "produce", 1, 1, 1, 1, 0, 0),
        ],
        new TopologyMoreView(2, 1));

    [Fact]
    public void Write_TopicsAndBrokers_BusiestFirstAndUnknownIsADash() => Assert.Equal(
        """
        TOPIC   FLOW          CLIENT              RECORDS/S   BYTES/S
        busy    produced by   Deployment/orders          20        2k
        busy    consumed by   Pod/c                       1        10
        a"\     produced by   Pod/c                       -         -

        BROKER          CLIENT              CONNECTIONS   CONNECT-ERRORS
        10.0.0.9:9092   Deployment/orders             6                2

        """,
        new TopologyText(withNamespaces: false, isWide: false).Write(View));

    [Fact]
    public void Notes_WhatIsLeftOut_IsCounted() => Assert.Equal(
        ["note: 2 more topics are added up as __other__; --limit shows more", "note: 1 more workload, pod or broker is left out; name a KafkaMonitor to see its own"],
        TopologyText.Notes(View));

    [Fact]
    public void Dot_NamesWithQuotes_StayWithinTheirLabels() => Assert.Equal(
        """
        digraph kafkamesh {
          rankdir=LR;
          node [fontname="sans-serif"];
          edge [fontname="sans-serif", fontsize=10];
          n0 [label="10.0.0.9:9092", shape=box3d];
          n1 [label="busy", shape=cylinder];
          n2 [label="a\"\\", shape=cylinder];
          n3 [label="orders\nDeployment in shop", shape=box];
          n4 [label="c\nPod in shop", shape=box];
          n1 -> n4 [label="1 records/s\n10B/s"];
          n3 -> n0 [label="6 connections", style=dashed];
          n3 -> n1 [label="20 records/s\n2kB/s"];
          n4 -> n2 [label="- records/s\n-B/s"];
        }

        """,
        TopologyDot.Write(View));
}
