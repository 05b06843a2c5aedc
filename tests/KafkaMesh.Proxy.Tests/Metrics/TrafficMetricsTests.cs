using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class TrafficMetricsTests
{
    private static readonly SidecarIdentity s_identity = new("instance", "1.2.3", "orders-0", "shop", "kafka");

    [Fact]
    public void WriteMetrics_KnownTraffic_EqualsGoldenFile()
    {
        var text = Metrics(Traffic());
        var golden = Path.Combine(TestPaths.Root, "tests/KafkaMesh.Proxy.Tests/Metrics/testdata/metrics.prom");
        if (Environment.GetEnvironmentVariable("KAFKAMESH_WRITE_GOLDEN") == "1")
            File.WriteAllText(golden, text);
        Assert.Equal(File.ReadAllText(golden), text);
    }

    [Fact]
    public void WriteMetrics_OpenMetrics_HasTheSameSamplesAndItsOwnHeaders()
    {
        var metrics = Traffic();
        var (plain, open) = (Metrics(metrics).Split('\n'), Metrics(metrics, MetricsFormat.OpenMetrics).Split('\n'));
        Assert.Equal(plain.Where(IsSample), open.Where(IsSample).Select(line => line.Replace(".0\"}", "\"}", StringComparison.Ordinal)));
        Assert.Contains("# TYPE kafkamesh_requests counter", open);
        Assert.Contains("# TYPE kafkamesh_request_duration_seconds histogram", open);
        Assert.Contains("# UNIT kafkamesh_request_duration_seconds seconds", open);
        Assert.Contains("# UNIT kafkamesh_request_bytes bytes", open);
        Assert.Contains("# TYPE kafkamesh_connections gauge", open);
        Assert.Contains("# TYPE kafkamesh_connections_total unknown", open);
        Assert.Contains(open, line => line.Contains("le=\"1.0\"", StringComparison.Ordinal));
        Assert.Contains(open, line => line.Contains("le=\"5e-06\"", StringComparison.Ordinal));
        var families = open.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();
        Assert.Equal(families.Distinct(), families);

        static bool IsSample(string line) => line.Length > 0 && line[0] != '#';
    }

    [Fact]
    public void WriteMetrics_KnownTraffic_PassesPromtool()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed: apt-get install prometheus.");
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", "check metrics") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        promtool.StandardInput.Write(Metrics(Traffic()));
        promtool.StandardInput.Close();
        var complaints = promtool.StandardOutput.ReadToEnd() + promtool.StandardError.ReadToEnd();
        promtool.WaitForExit();
        Assert.Equal("", complaints);
        Assert.Equal(0, promtool.ExitCode);
    }

    [Fact]
    public void WriteStats_KnownTraffic_IsAReportWithTheSameFigures()
    {
        var metrics = Traffic();
        var first = Stats(metrics, draining: false);
        var second = Stats(metrics, draining: true);
        Assert.Equal((1, 2), (first.Sequence, second.Sequence));
        Assert.True(second is { Draining: true, Final: true, SchemaVersion: StatsReport.CurrentSchemaVersion });
        Assert.Equal(("instance", "1.2.3", "orders-0", "shop", "kafka"), (first.InstanceId, first.ProxyVersion, first.Pod, first.Namespace, first.Monitor));
        var heartbeat = first.Apis.Single(api => api.Api == "Heartbeat");
        Assert.Equal((12, 2, 1, 1, 1), (heartbeat.ApiKey, heartbeat.Requests, heartbeat.Responses, heartbeat.ResponsesWithError, heartbeat.InFlight));
        Assert.Equal(new ErrorCount(27, "REBALANCE_IN_PROGRESS", 1), Assert.Single(heartbeat.Errors));
        Assert.Equal(new VersionCount(0, 2), Assert.Single(heartbeat.Versions));
        var latency = Assert.Single(heartbeat.Latency).Histogram;
        Assert.Equal((1, 2_000_000), (latency.Count, latency.SumNanoseconds));
        Assert.Equal([LatencyBuckets.IndexOf(2_000_000), 1], latency.Buckets);
        Assert.Equal(("a\"b", 2L), first.Topics.Select(topic => (topic.Topic, topic.Records)).First());
        Assert.Contains(first.Topics, topic => topic.Topic == WellKnownNames.OtherLabel);
        Assert.Equal(1, first.SeriesDropped["topic_records_total"]);
        Assert.Contains(first.Connections, connection => connection is { Direction: "outbound", Protocol: "kafka", Open: 1, Total: 1 });
        Assert.Equal(new BrokerStats { Direction = "outbound", Address = "127.0.0.1:9092", Open = 1, Total = 1 }, Assert.Single(first.Brokers));
    }

    [Fact]
    public void WriteStats_NamesThatNoReaderTakes_AreCountedTogether()
    {
        var metrics = new TrafficMetrics(1, new SeriesLimits(), s_identity, TimeProvider.System);
        var observer = metrics.Create(Connection(1));
        var id = 0;
        foreach (var topic in new[] { "fine", "", new string('\u0001', 63), new string('x', 250), new string('ä', 120) })
            observer.OnBytes(RelayFlow.Request, Wire.Produce(id++, 0, topic, Wire.Batch(1, 10)), 0, 0);
        var topics = Stats(metrics, draining: false).Topics;
        Assert.Equal([("fine", 1L), (new string('ä', 120), 1L), (WellKnownNames.OtherLabel, 3L)], topics.Select(topic => (topic.Topic, topic.Records)));
        Assert.All(topics, topic => Assert.InRange(topic.Topic.Length, 1, TopicStats.MaxTopicLength));
    }

    [Fact]
    public void Snapshot_WhileALoopCounts_NeverGoesBackAndEndsExact()
    {
        const int exchanges = 100_000;
        var metrics = new TrafficMetrics(1, new SeriesLimits(), s_identity, TimeProvider.System);
        using var started = new ManualResetEventSlim();
        var writer = new Thread(() =>
        {
            var observer = metrics.Create(Connection(1));
            var (request, response) = (Wire.Heartbeat(1), Wire.HeartbeatResponse(1));
            started.Set();
            for (var i = 0; i < exchanges; i++)
            {
                observer.OnBytes(RelayFlow.Request, request, i, i);
                observer.OnBytes(RelayFlow.Response, response, i + 1000, i + 1000);
            }
        });
        writer.Start();
        started.Wait(TestContext.Current.CancellationToken);
        var last = 0L;
        while (writer.IsAlive)
        {
            var totals = metrics.Snapshot().Api(RelayDirection.Outbound, 12);
            if (totals is null)
                continue;
            Assert.InRange(totals.Requests, last, exchanges);
            last = totals.Requests;
            Assert.Equal(0, totals.RequestBytes % (Wire.Heartbeat(1).Length - 4));
        }

        writer.Join();
        var end = metrics.Snapshot().Api(RelayDirection.Outbound, 12)!;
        Assert.Equal((exchanges, exchanges, 0), (end.Requests, end.Responses, end.InFlight));
        Assert.Equal(exchanges, end.Latency[0]!.Fine.Sum());
        Assert.Equal(exchanges, end.Latency[0]!.Coarse.Sum());
    }

    [Fact]
    public void Snapshot_SeveralLoops_AddUpUnderOneName()
    {
        var metrics = new TrafficMetrics(2, new SeriesLimits(), s_identity, TimeProvider.System);
        for (var loop = 0; loop < 2; loop++)
            metrics.Create(Connection(loop) with { Loop = loop }).OnBytes(RelayFlow.Request, Wire.Produce(1, 1, "t", Wire.Batch(1, 1)), 0, 0);
        var series = new List<(string Topic, long Records)>();
        TopicSeries.ForEach(metrics.Snapshot(), (_, _, topic, records, _) => series.Add((topic.Name, records)));
        Assert.Equal([("t", 2)], series);
    }

    [Fact]
    public void Apis_UnknownKeysBeyondLimit_ShareOneSeries()
    {
        var metrics = new TrafficMetrics(1, new SeriesLimits(), s_identity, TimeProvider.System);
        var observer = metrics.Create(Connection(1));
        observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(0), 0, 0);
        observer.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(0), 0, 0);
        for (short key = 1000; key < 1020; key++)
            observer.OnBytes(RelayFlow.Request, Wire.Request(key, 0, key, "c", []), 0, 0);
        var apis = Stats(metrics, draining: false).Apis;
        Assert.Equal(ApiSlots.UnknownKeys, apis.Count(api => api.Api.StartsWith("key_10", StringComparison.Ordinal)));
        Assert.Equal((ApiStats.OtherApiKey, 4), apis.Where(api => api.Api == WellKnownNames.OtherLabel).Select(api => (api.ApiKey, (int)api.Requests)).Single());
    }

    /// <summary>One connection with a bit of everything that has a label, hostile names among it.</summary>
    private static TrafficMetrics Traffic()
    {
        var metrics = new TrafficMetrics(1, new SeriesLimits(Topics: 2, Clients: 2, Groups: 1), s_identity, TimeProvider.System);
        var observer = metrics.Create(Connection(1));
        observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(1), 0, 1000);
        observer.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(1, 27), 2_001_000, 2_001_500);
        observer.OnBytes(RelayFlow.Request, Wire.Produce(2, 0, "a\"b", Wire.Batch(2, 10)), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Produce(3, 0, "c\n\u0001", Wire.Batch(3, 10)), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Produce(4, 0, "one too many", Wire.Batch(4, 10)), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Request(999, 5, 5, "evil\"\n\\", []), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(6), 0, 0);
        return metrics;
    }

    private static RelayConnection Connection(long id) =>
        new(id, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0);

    private static string Metrics(TrafficMetrics metrics, MetricsFormat format = MetricsFormat.Prometheus)
    {
        var output = new ArrayBufferWriter<byte>();
        metrics.WriteMetrics(output, format);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static StatsReport Stats(TrafficMetrics metrics, bool draining)
    {
        var output = new ArrayBufferWriter<byte>();
        metrics.WriteStats(output, draining, final: draining);
        return JsonSerializer.Deserialize(output.WrittenSpan, ContractsJson.Default.StatsReport)!;
    }
}
