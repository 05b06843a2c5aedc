using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Otlp;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

/// <summary>The built program pushes its metrics when OpenTelemetry's variables ask for it, and else has nothing of it.</summary>
public sealed class OtlpPushTests : IDisposable
{
    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);

    public OtlpPushTests() => _broker.Start();

    [Fact]
    public void Run_Endpoint_PushesWhatMetricsTellAndALastTimeAtTheEnd()
    {
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        using var receiver = new OtlpReceiver();
        using ProxyProcess proxy = Start($"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Address}", "OTEL_METRIC_EXPORT_INTERVAL=3600000", "OTEL_SERVICE_NAME=orders");
        using (Socket client = RelayRig.Connect(proxy.Address(" listening on")))
        using (Socket broker = _broker.AcceptSocket())
        {
            client.SendAll(Wire.Produce(1, 1, "orders", Wire.Batch(2, 10)));
            _ = broker.ReceiveExactly(1);
            broker.SendAll(Wire.ProduceResponse(1, "orders"));
            _ = client.ReceiveExactly(1);
        }

        Assert.Contains("kafkamesh_otlp_exports_total{result=\"success\"} 0", proxy.Get("/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, proxy.Stop());
        OtlpReceiver.Push push = receiver.Next();
        Assert.Equal("POST /v1/metrics HTTP/1.1", push.Line);
        TextProto pushed = Protoc.Decode(push.Body).One("resource_metrics");
        Assert.Equal("orders", pushed.One("resource").Attributes()["service.name"]);
        Dictionary<string, TextProto> metrics = pushed.One("scope_metrics").All("metrics").ToDictionary(metric => metric.Text("name"));
        TextProto records = metrics["kafkamesh_topic_records_total"].One("sum").One("data_points");
        Assert.Equal((2, "orders"), (records.Number("as_int"), records.Attributes()["topic"]));
        Assert.Contains("kafkamesh_relay_connections_limit", metrics.Keys);
        Assert.False(receiver.HasMore);
        Assert.Contains(proxy.Output, line => line.Contains($"OTLP: pushing metrics to {receiver.Address}/v1/metrics every 3600 s", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Endpoint_PushesTheFamiliesOfMetrics()
    {
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        using var receiver = new OtlpReceiver();
        using ProxyProcess proxy = Start($"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Address}", "OTEL_METRIC_EXPORT_INTERVAL=3600000");
        string[] lines = proxy.Get("/metrics").Split('\n');
        Assert.Equal(0, proxy.Stop());

        // Families without series are no metrics of a push.
        string[] exposed = [.. lines.Zip(lines.Skip(1)).Where(pair => pair.First.StartsWith("# TYPE ", StringComparison.Ordinal) && pair.Second is not ("" or ['#', ..])).Select(pair => pair.First.Split(' ')[2])];
        IEnumerable<string> pushed = Protoc.Decode(receiver.Next().Body).One("resource_metrics").One("scope_metrics").All("metrics").Select(metric => metric.Text("name"));
        Assert.Equal(exposed.Order(), pushed.Order());
        Assert.Contains("process_cpu_seconds_total", exposed);
    }

    [Fact]
    public void Run_ReceiverNeverAnswers_HarmsNoTrafficAndEnds()
    {
        using var receiver = new OtlpReceiver([[]]);
        using ProxyProcess proxy = Start($"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Address}", "OTEL_METRIC_EXPORT_INTERVAL=50", "OTEL_EXPORTER_OTLP_TIMEOUT=60000");
        _ = receiver.Next();
        using Socket client = RelayRig.Connect(proxy.Address(" listening on"));
        using Socket broker = _broker.AcceptSocket();
        client.SendAll("ping"u8);
        Assert.Equal("ping"u8, broker.ReceiveExactly(4));
        client.Dispose();
        broker.Dispose();
        Assert.Equal(0, proxy.Stop());
    }

    [Fact]
    public void Run_Grpc_SaysSoOnceAndMetricsArePulled()
    {
        using ProxyProcess proxy = Start("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
        Assert.Contains("kafkamesh_build_info", proxy.Get("/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, proxy.Stop());
        Assert.Single(proxy.Output, line => line.Contains("OTLP", StringComparison.Ordinal));
        Assert.Contains(proxy.Output, line => line.Contains("the protocol grpc is not spoken here", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NotAskedFor_LoadsNoHttpClient()
    {
        using ProxyProcess proxy = Start();
        string metrics = proxy.Get("/metrics");
        Assert.Contains("kafkamesh_build_info", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("otlp", metrics, StringComparison.Ordinal);
        string maps = File.ReadAllText($"/proc/{proxy.Id}/maps");
        Assert.Contains("kafkamesh-proxy.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Net.Http.dll", maps, StringComparison.Ordinal);

        // What is looked for can be found.
        using var receiver = new OtlpReceiver();
        using ProxyProcess pushing = Start($"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Address}", "OTEL_METRIC_EXPORT_INTERVAL=50");
        _ = receiver.Next();
        Assert.Contains("System.Net.Http.dll", File.ReadAllText($"/proc/{pushing.Id}/maps"), StringComparison.Ordinal);
    }

    public void Dispose() => _broker.Dispose();

    private ProxyProcess Start(params string[] environment) => ProxyProcess.Start(
        ["env", .. environment],
        "run", "--admin-address", "127.0.0.1", "--admin-port", "0", "--drain-timeout", "0", "--forward", $"127.0.0.1:0={_broker.LocalEndpoint}");
}
