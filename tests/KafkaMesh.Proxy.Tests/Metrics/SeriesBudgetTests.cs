using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Text;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Metrics;

/// <summary>Whatever the traffic says, every metric has a bounded number of series.</summary>
public class SeriesBudgetTests
{
    private const int Apis = ApiSlots.KnownKeys + ApiSlots.UnknownKeys + 2;
    private const int Topics = 50;
    private const int Groups = 20;
    private const int Clients = 30;

    [Fact]
    public void Admit_BeyondTheLimit_IsRefusedAndTheAdmittedStay()
    {
        var budget = new SeriesBudget(100, 3);
        Assert.True(budget.Admit(99) && budget.Admit(0) && budget.Admit(64));
        Assert.False(budget.Admit(1));
        Assert.True(budget.Admit(99) && budget.Admit(0) && budget.Admit(64));
    }

    [Fact]
    public void Admit_ManyThreads_AdmitsAsManyAsTheLimit()
    {
        var budget = new SeriesBudget(10_000, 500);
        var admitted = new bool[4][];
        Parallel.For(0, 4, thread => admitted[thread] = [.. Enumerable.Range(0, 10_000).Select(i => budget.Admit((i * 7919) % 10_000))]);
        Assert.Equal(500, Enumerable.Range(0, 10_000).Count(budget.Admit));
    }

    [Fact]
    public void WriteMetrics_HostileTraffic_HasBoundedSeriesAndPassesPromtool()
    {
        var metrics = new TrafficMetrics(1, new SeriesLimits(Topics, Clients, Groups), SidecarIdentity.Create(), TimeProvider.System);
        foreach (var direction in Enum.GetValues<RelayDirection>())
            Attack(metrics, direction);
        var text = Text(metrics);
        var series = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').GroupBy(NameOf).ToDictionary(name => name.Key, name => name.Count());
        var bounds = Bounds();
        Assert.Equal(bounds.Keys.Order(), series.Keys.Order());
        Assert.All(series, metric => Assert.InRange(metric.Value, 1, bounds[metric.Key]));

        // The attack reaches what it is meant to reach.
        Assert.Equal(SharedSeries.MaxVersions, text.Split('\n').Count(line => line.StartsWith("kafkamesh_requests_total{", StringComparison.Ordinal) && !line.Contains("version=\"__other__\"", StringComparison.Ordinal)));
        Assert.Equal(SharedSeries.MaxErrors, text.Split('\n').Count(line => line.StartsWith("kafkamesh_response_errors_total{", StringComparison.Ordinal) && !line.Contains("error=\"__other__\"", StringComparison.Ordinal)));
        Assert.Equal((Clients, Groups), (series["kafkamesh_client_info"], series["kafkamesh_group_members"]));
        Assert.InRange(text.Length, 1, 4 << 20);
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Promtool(text);
    }

    [Fact]
    public void Count_VersionsAndErrorsBeyondTheBudget_AddUpUnderOtherWithoutAllocation()
    {
        var loop = new LoopMetrics(new SharedSeries(new SeriesLimits()));
        Count();
        Assert.Equal(0, Allocations.Of(Count));
        var snapshot = MetricsSnapshot.Take(loop.Series, [loop]);
        var dropped = snapshot.Dropped[(int)SeriesMetric.Requests];
        Assert.Equal(snapshot.Apis.Sum(totals => totals?.Versions[ApiMetrics.Versions] ?? 0), dropped);
        Assert.InRange(dropped, 1, long.MaxValue);
        Assert.Equal(snapshot.Apis.Sum(totals => totals?.Errors[ErrorCells.OtherCell] ?? 0), snapshot.Dropped[(int)SeriesMetric.ResponseErrors]);
        Assert.Equal(0, snapshot.Apis.Sum(totals => totals?.Requests ?? 0) % (90 * 40));

        void Count()
        {
            for (short key = 0; key < 90; key++)
            {
                for (var version = 0; version < 40; version++)
                    loop.Api(RelayDirection.Outbound, key).CountRequest(version, 1);
                loop.Api(RelayDirection.Outbound, key).CountError(key);
                loop.Api(RelayDirection.Outbound, key).CountError(300);
            }
        }
    }

    /// <summary>Every API key with versions from all of int16, every error code, long and unprintable names, many times over.</summary>
    private static void Attack(TrafficMetrics metrics, RelayDirection direction)
    {
        for (var key = 0; key < 65_536; key++)
        {
            var hostile = Established(metrics, direction);
            for (var version = 0; version < (key < 128 ? 40 : 1); version++)
                hostile.OnBytes(RelayFlow.Request, Wire.Request((short)key, (short)(key < 128 ? version : key), version, "c", []), 0, 0);
        }

        var observer = Established(metrics, direction);
        for (var code = 0; code < 32_768; code++)
        {
            observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(code), 0, 0);
            observer.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(code, (short)code), 0, 0);
            if (code >= 300)
                continue;
            observer.OnBytes(RelayFlow.Request, Wire.Produce(code, 1, "\u0001\u007f\u202e", Wire.Batch(1, 1)), 0, 0);
            observer.OnBytes(RelayFlow.Response, Wire.ProduceResponse(code, "t", (short)code), 0, 0);
            observer.OnBytes(RelayFlow.Request, Wire.Request(14, 0, code, "c", [.. Wire.String("g"), .. Wire.Int32(1), .. Wire.String("m"), .. Wire.Int32(0)]), 0, 0);
            observer.OnBytes(RelayFlow.Response, Wire.Response(code, [.. Wire.Int16((short)code), .. Wire.Int32(0)]), 0, 0);
        }

        for (var i = 0; i < 500; i++)
        {
            var name = new string((char)('\u0001' + (i % 30)), 10) + i;
            observer.OnBytes(RelayFlow.Request, Wire.Produce(i, 0, name.PadRight(249 - 30), Wire.Batch(1, 1)), 0, 0);
            observer.OnBytes(RelayFlow.Request, Wire.Produce(i, 0, new string('\u0001', 249 - 3) + i, Wire.Batch(1, 1)), 0, 0);
            observer.OnBytes(RelayFlow.Request, Wire.Request(11, 0, i, name, [.. Wire.String(name), .. Wire.Int32(1000), .. Wire.String(""), .. Wire.String("consumer"), .. Wire.Int32(0)]), 0, 0);
            observer.OnBytes(RelayFlow.Response, Wire.Response(i, [.. Wire.Int16(0), .. Wire.Int32(1 + i), .. Wire.String("r"), .. Wire.String("m"), .. Wire.String("m"), .. Wire.Int32(0)]), 0, 0);
        }

        observer.OnBytes(RelayFlow.Request, Wire.Request(12, 0, 1, new string('x', 32_000), [.. Wire.String("g"), .. Wire.Int32(1), .. Wire.String("m")]), 0, 0);
    }

    private static IRelayObserver Established(TrafficMetrics metrics, RelayDirection direction)
    {
        var observer = metrics.Create(Connection(direction));
        observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(0), 0, 0);
        observer.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(0), 0, 0);
        return observer;
    }

    /// <summary>Every metric of the contract with the most series that any traffic can make.</summary>
    private static Dictionary<string, int> Bounds()
    {
        var directions = MetricLabels.Directions;
        var perApi = directions * Apis;
        var latencies = (perApi + (3 * 2 * directions)) * (HistogramBounds.Request.Labels.Length + 2);
        return new()
        {
            ["kafkamesh_build_info"] = 1,
            ["kafkamesh_requests_total"] = SharedSeries.MaxVersions + perApi,
            ["kafkamesh_responses_total"] = perApi,
            ["kafkamesh_request_bytes_total"] = perApi,
            ["kafkamesh_response_bytes_total"] = perApi,
            ["kafkamesh_requests_without_response_total"] = perApi,
            ["kafkamesh_requests_in_flight"] = directions,
            ["kafkamesh_request_duration_seconds"] = latencies,
            ["kafkamesh_response_errors_total"] = SharedSeries.MaxErrors + perApi,
            ["kafkamesh_requests_unanswered_total"] = perApi * 3,
            ["kafkamesh_connections"] = directions * MetricLabels.Protocols,
            ["kafkamesh_connections_total"] = directions * MetricLabels.Protocols,
            ["kafkamesh_topic_records_total"] = directions * TopicCells.Apis * (Topics + 1),
            ["kafkamesh_topic_bytes_total"] = directions * TopicCells.Apis * (Topics + 1),
            ["kafkamesh_group_members"] = Groups,
            ["kafkamesh_group_rebalances_total"] = Groups + 1,
            ["kafkamesh_client_info"] = Clients,
            ["kafkamesh_decode_failures_total"] = directions * MetricLabels.Failures,
            ["kafkamesh_relay_bytes_total"] = directions * MetricLabels.Flows,
            ["kafkamesh_relay_seconds"] = HistogramBounds.Relay.Labels.Length + 2,
            ["kafkamesh_series_dropped_total"] = MetricLabels.SeriesMetrics,
        };
    }

    private static string NameOf(string line)
    {
        var name = line[..line.AsSpan().IndexOfAny('{', ' ')];
        foreach (var suffix in new[] { "_bucket", "_sum", "_count" })
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                return name[..^suffix.Length];
        }

        return name;
    }

    private static string Text(TrafficMetrics metrics)
    {
        var output = new ArrayBufferWriter<byte>();
        metrics.WriteMetrics(output, MetricsFormat.Prometheus);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Promtool(string text)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed: apt-get install prometheus.");
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", "check metrics") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        promtool.StandardInput.Write(text);
        promtool.StandardInput.Close();
        var complaints = promtool.StandardOutput.ReadToEnd() + promtool.StandardError.ReadToEnd();
        promtool.WaitForExit();
        Assert.Equal("", complaints);
    }

    private static RelayConnection Connection(RelayDirection direction) =>
        new(1, direction, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0);

}
