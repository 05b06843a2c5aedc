using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

/// <summary>A real Prometheus server scrapes the built program; it asks for OpenMetrics by itself.</summary>
public sealed class PrometheusScrapeTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-prometheus-");
    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Scrape_HostileNames_StoresEverySeries()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prometheus"), "prometheus is not installed: apt-get install prometheus.");
        _broker.Start();
        using ProxyProcess proxy = ProxyProcess.Start(
            [], "run", "--admin-address", "127.0.0.1", "--admin-port", "0", "--drain-timeout", "0", "--forward", $"127.0.0.1:0={_broker.LocalEndpoint}");
        using Socket client = RelayRig.Connect(proxy.Address(" listening on"));
        using Socket broker = _broker.AcceptSocket();
        client.SendAll(Wire.Produce(1, 1, "a\"b\\c\nd\u202e", Wire.Batch(2, 10)));
        _ = broker.ReceiveExactly(1);
        broker.SendAll(Wire.ProduceResponse(1, "a\"b\\c\nd\u202e", error: 6));
        _ = client.ReceiveExactly(1);

        int port = FreePort();
        string config = Path.Combine(_directory.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(
            config,
            $"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: sidecar, static_configs: [{{targets: ['{proxy.Address(", admin")}']}}]}}]\n",
            TestContext.Current.CancellationToken);
        using Process prometheus = Process.Start(new ProcessStartInfo(
            "/usr/bin/prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={_directory.FullName}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            UseShellExecute = false,
        })!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };
            JsonElement records = await UntilAsync(http, "query?query=kafkamesh_topic_records_total");
            Assert.Equal("""a"b\x5cc\x0ad\xe2\x80\xae""", records.GetProperty("metric").GetProperty("topic").GetString());
            Assert.Equal("2", records.GetProperty("value")[1].GetString());
            foreach (string name in new[] { "kafkamesh_requests_total", "kafkamesh_connections_total", "kafkamesh_request_duration_seconds_bucket{le=\"1.0\"}", "kafkamesh_relay_connections_limit" })
            {
                _ = await UntilAsync(http, "query?query=" + Uri.EscapeDataString(name));
            }

            // Only OpenMetrics tells a unit.
            using JsonDocument metadata = JsonDocument.Parse(await http.GetStringAsync("metadata?metric=kafkamesh_request_duration_seconds"));
            Assert.Equal("seconds", metadata.RootElement.GetProperty("data").GetProperty("kafkamesh_request_duration_seconds")[0].GetProperty("unit").GetString());
            using JsonDocument targets = JsonDocument.Parse(await http.GetStringAsync("targets"));
            JsonElement target = targets.RootElement.GetProperty("data").GetProperty("activeTargets")[0];
            Assert.Equal(("up", ""), (target.GetProperty("health").GetString(), target.GetProperty("lastError").GetString()));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _broker.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>The first series of a query, once there is one.</summary>
    private static async Task<JsonElement> UntilAsync(HttpClient http, string query)
    {
        string last = "";
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < RelayRig.Deadline;)
        {
            try
            {
                last = await http.GetStringAsync(query);
                using JsonDocument answer = JsonDocument.Parse(last);
                if (answer.RootElement.GetProperty("data").GetProperty("result") is var result && result.GetArrayLength() > 0)
                {
                    return result[0].Clone();
                }
            }
            catch (HttpRequestException e)
            {
                last = e.Message; // It still starts.
            }

            await Task.Delay(100);
        }

        Assert.Fail($"{query}: {last}");
        return default;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
