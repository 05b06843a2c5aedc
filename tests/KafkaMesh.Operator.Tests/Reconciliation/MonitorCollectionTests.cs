using System.Globalization;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Access;
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
using KafkaMesh.Operator.Tests.Support;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class MonitorCollectionTests : IDisposable
{
    private readonly OffsetTimeProvider _clock = new();
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

    [Fact]
    public async Task CollectAsync_SidecarStaysSilent_IsAskedLessAndLessAndAnswersInTheEnd()
    {
        var pod = Running("127.0.71.4");
        using var runtime = Runtime();
        var asked = new List<int>();
        for (var round = 0; round < 80; round++)
        {
            var before = Failures();
            await CollectAsync(runtime, pod);
            if (Failures() > before)
                asked.Add(round);
            _clock.Offset += runtime.Ledger.Interval;
        }

        // Once more at once: the network may have lost something. In the end every minute or so.
        Assert.Equal([0, 1], asked.Take(2));
        Assert.InRange(asked.Count, 80 / 7, 80 / 3);
        Assert.All(asked.Zip(asked.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, 7));
        Assert.Empty(runtime.Reporting);

        await using var sidecar = await SidecarServer.StartAsync("127.0.71.4", Reports.Of("a", 1, 10));
        _clock.Offset += TimeSpan.FromSeconds(90);
        await CollectAsync(runtime, pod);
        await CollectAsync(runtime, pod);
        Assert.Equal(2, sidecar.Reads);
        Assert.Equal(["pod-uid"], runtime.Reporting);
    }

    [Fact]
    public async Task CollectAsync_SilentSidecarIsAboutToGo_IsAskedAllTheSame()
    {
        using var runtime = Runtime();
        for (var round = 0; round < 8; round++)
        {
            await CollectAsync(runtime, Running("127.0.71.5"));
            _clock.Offset += runtime.Ledger.Interval;
        }
        await using var sidecar = await SidecarServer.StartAsync("127.0.71.5", Reports.Of("a", 1, 10) with { Draining = true, Final = true });

        await CollectAsync(runtime, Draining("127.0.71.5"));

        Assert.Equal(1, sidecar.Reads);
        Assert.Equal(["pod-uid"], runtime.Finished);
    }

    /// <summary>The last report is given to the operator only.</summary>
    [Fact]
    public async Task CollectAsync_SidecarIsAboutToGo_IsShownAToken()
    {
        using var signer = AccessTokenSigner.Create();
        using var collector = new StatsCollector(TimeSpan.FromSeconds(10), new StatsTokens(() => signer, _clock));
        var collection = new MonitorCollection(collector, _metrics, _clock, Log.Logger);
        using var runtime = Runtime();
        await using var sidecar = await SidecarServer.StartAsync("127.0.71.6", Reports.Of("a", 1, 10));

        await collection.CollectAsync(runtime, [Running("127.0.71.6")], TestContext.Current.CancellationToken);
        Assert.Equal("", sidecar.LastAuthorization);
        await collection.CollectAsync(runtime, [Draining("127.0.71.6")], TestContext.Current.CancellationToken);
        Assert.StartsWith("Bearer ey", sidecar.LastAuthorization, StringComparison.Ordinal);
    }

    public void Dispose() => _collector.Dispose();

    private Task CollectAsync(MonitorRuntime runtime, MonitoredPod pod) =>
        new MonitorCollection(_collector, _metrics, _clock, Log.Logger).CollectAsync(runtime, [pod], TestContext.Current.CancellationToken);

    private int Failures() => _metrics.Write().Split('\n').Where(line => line.StartsWith("kafkamesh_operator_collect_failures_total{", StringComparison.Ordinal))
        .Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    private static MonitorRuntime Runtime()
    {
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.71.3") });
        var pods = new Informer<MonitoredPod>(client, MonitoredPod.Type, new InformerOptions(), Log.Logger);
        return new MonitorRuntime("uid", null, pods, new StatsLedger(), pods.RunAsync, new CancellationToken(canceled: true));
    }

    private async Task<bool> CollectDrainingAsync(string address)
    {
        using var runtime = Runtime();
        var collection = new MonitorCollection(_collector, _metrics, TimeProvider.System, Log.Logger);
        return await collection.CollectDrainingAsync(runtime, [Draining(address)], TestContext.Current.CancellationToken);
    }

    private static MonitoredPod Draining(string address)
    {
        var pod = Running(address);
        return pod with { Metadata = pod.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
    }

    private static MonitoredPod Running(string address) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "pod",
            NamespaceProperty = "demo",
            Uid = "pod-uid",
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [WellKnownNames.StatusAnnotation] = $$$"""{"monitor":"orders","hash":"x","ports":{"outbound":4591,"inbound":4592,"admin":{{{WellKnownNames.AdminPort}}}}}""",
            },
        },
        Status = new MonitoredPodStatus { Phase = "Running", PodIP = address },
    };
}
