using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Otlp;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Otlp;

public partial class OtlpRequestTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void WriteMetrics_KnownTraffic_HasEverySeriesOfMetricsWithItsValue()
    {
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        var metrics = Traffic();
        var decoded = Protoc.Decode(Encode(metrics)).One("resource_metrics");
        Assert.Equal(new() { ["service.name"] = "sidecar", ["k"] = "ä\"\n" }, decoded.One("resource").Attributes());
        var scope = decoded.One("scope_metrics");
        Assert.Equal(("kafkamesh", "1.2.3"), (scope.One("scope").Text("name"), scope.One("scope").Text("version")));
        Assert.Equal(Exposed(metrics), scope.All("metrics").SelectMany(Samples).ToDictionary());
    }

    [Fact]
    public void WriteMetrics_Families_HaveTypeUnitTemporalityAndTimes()
    {
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        var families = Protoc.Decode(Encode(Traffic())).One("resource_metrics").One("scope_metrics").All("metrics").ToDictionary(metric => metric.Text("name"));
        var sum = families["kafkamesh_requests_total"].One("sum");
        Assert.Equal(("AGGREGATION_TEMPORALITY_CUMULATIVE", "true", "1"), (sum.Text("aggregation_temporality"), sum.Text("is_monotonic"), families["kafkamesh_requests_total"].Text("unit")));
        Assert.All(sum.All("data_points"), point => Assert.Equal(("1767323045000000000", "1767323105500000000"), (point.Text("start_time_unix_nano"), point.Text("time_unix_nano"))));
        var histogram = families["kafkamesh_request_duration_seconds"];
        Assert.Equal(("s", "AGGREGATION_TEMPORALITY_CUMULATIVE"), (histogram.Text("unit"), histogram.One("histogram").Text("aggregation_temporality")));
        Assert.Equal("By", families["kafkamesh_relay_bytes_total"].Text("unit"));
        Assert.Equal("s", families["kafkamesh_throttle_seconds_total"].Text("unit"));
        Assert.True(families["kafkamesh_connections"].Has("gauge"));
        Assert.True(families["kafkamesh_connections_total"].Has("sum"));
        Assert.DoesNotContain(families.Keys, name => name == "kafkamesh_requests_without_response_total"); // no series, so no metric
        Assert.All(families.Values, family => Assert.NotEqual("", family.Text("description")));
    }

    /// <summary>Series of an encoded metric in the spelling of the text format.</summary>
    private static IEnumerable<KeyValuePair<string, double>> Samples(TextProto metric)
    {
        var name = metric.Text("name");
        foreach (var data in metric.All("gauge").Concat(metric.All("sum")))
        {
            foreach (var point in data.All("data_points"))
                yield return new(Series(name, point.Attributes()), point.Has("as_double") ? point.Number("as_double") : point.Number("as_int"));
        }

        foreach (var point in metric.All("histogram").SelectMany(data => data.All("data_points")))
        {
            var labels = point.Attributes();
            yield return new(Series(name + "_count", labels), point.Number("count"));
            yield return new(Series(name + "_sum", labels), point.Number("sum"));
            var (counts, bounds) = (point.Numbers("bucket_counts"), point.Numbers("explicit_bounds"));
            Assert.Equal(counts.Length, bounds.Length + 1);
            for (var i = 0; i < counts.Length; i++)
            {
                labels["le"] = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture).ToLowerInvariant() : "+Inf";
                yield return new(Series(name + "_bucket", labels), counts.Take(i + 1).Sum());
            }
        }
    }

    private static string Series(string name, Dictionary<string, string> labels) =>
        name + string.Concat(labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $" {label.Key}={label.Value}"));

    private static Dictionary<string, double> Exposed(TrafficMetrics metrics)
    {
        var output = new ArrayBufferWriter<byte>();
        metrics.WriteMetrics(output, MetricsFormat.Prometheus);
        var samples = new Dictionary<string, double>();
        foreach (var line in Encoding.UTF8.GetString(output.WrittenSpan).Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var name = line[..line.AsSpan().IndexOfAny('{', ' ')];
            var labels = LabelPattern().Matches(line).ToDictionary(
                match => match.Groups[1].Value,
                match => match.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
            samples.Add(Series(name, labels), double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }

        return samples;
    }

    private static ReadOnlyMemory<byte> Encode(TrafficMetrics metrics)
    {
        var output = new ProtobufWriter();
        var request = new OtlpRequest(output, [new("service.name", "sidecar"), new("k", "ä\"\n")], "1.2.3", s_start, s_start.AddSeconds(60.5));
        metrics.WriteMetrics(request);
        request.End();
        return output.Written;
    }

    private static TrafficMetrics Traffic()
    {
        var metrics = new TrafficMetrics(1, new SeriesLimits(Topics: 2, Groups: 1), SidecarIdentity.Create(), TimeProvider.System);
        var observer = metrics.Create(new RelayConnection(
            1, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0));
        for (var i = 0; i < 1000; i++)
        {
            observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(i), 0, i);
            observer.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(i, (short)(i % 3 == 0 ? 27 : 0)), i * 50_000L, i * 50_000L);
        }

        foreach (var topic in new[] { "a\"b", "ä\n\u0001", "one too many" })
            observer.OnBytes(RelayFlow.Request, Wire.Produce(1, 1, topic, Wire.Batch(3, 10)), 0, 0);
        observer.OnBytes(RelayFlow.Response, Wire.Response(1, [.. Wire.Int32(0), .. Wire.Int32(1250)]), 0, 0);
        return metrics;
    }

    [GeneratedRegex("""([a-z_]+)="((?:[^"\\]|\\.)*)[",}]""")]
    private static partial Regex LabelPattern();
}
