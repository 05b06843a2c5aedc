using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Stats;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class MonitorCollectionTests : IDisposable
{
    private readonly OperatorMetrics _metrics = new("test");
    private readonly StatsCollector _collector = new(TimeSpan.FromSeconds(10));

    [Fact]
    public async Task CollectDrainingAsync_ReportThatCannotBeUsed_IsCountedBecauseItsFiguresAreLost()
    {
        await using var sidecar = await SidecarServer.StartAsync("127.0.71.1", Reports.Of("a", 1, 10) with { SchemaVersion = StatsReport.CurrentSchemaVersion + 1 });

        Assert.False(await CollectDrainingAsync("127.0.71.1"));

        Assert.Equal(1, sidecar.Reads);
        Assert.Contains("kafkamesh_operator_collect_failures_total{reason=\"rejected\"} 1\n", _metrics.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectDrainingAsync_NobodyAnswers_IsExpectedOfAPodThatEnds()
    {
        Assert.False(await CollectDrainingAsync("127.0.71.2"));

        var failures = _metrics.Write().Split('\n').Where(line => line.StartsWith("kafkamesh_operator_collect_failures_total{", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(failures);
        Assert.All(failures, line => Assert.EndsWith(" 0", line, StringComparison.Ordinal));
    }

    public void Dispose() => _collector.Dispose();

    private async Task<bool> CollectDrainingAsync(string address)
    {
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.71.3") });
        var pods = new Informer<MonitoredPod>(client, MonitoredPod.Type, new InformerOptions(), Log.Logger);
        using var runtime = new MonitorRuntime("uid", null, pods, new StatsLedger(), pods.RunAsync, new CancellationToken(canceled: true));
        var collection = new MonitorCollection(_collector, _metrics, TimeProvider.System, Log.Logger);
        return await collection.CollectDrainingAsync(runtime, [Draining(address)], TestContext.Current.CancellationToken);
    }

    private static MonitoredPod Draining(string address) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "pod",
            NamespaceProperty = "demo",
            Uid = "pod-uid",
            DeletionTimestamp = DateTimeOffset.UnixEpoch,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [WellKnownNames.StatusAnnotation] = $$$"""{"monitor":"orders","hash":"x","ports":{"outbound":4591,"inbound":4592,"admin":{{{WellKnownNames.AdminPort}}}}}""",
            },
        },
        Status = new MonitoredPodStatus { Phase = "Running", PodIP = address },
    };
}
