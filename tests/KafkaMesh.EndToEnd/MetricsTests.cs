namespace KafkaMesh.EndToEnd;

/// <summary>What Prometheus would scrape, fetched through the API server as an administrator does, judged by promtool.</summary>
public sealed class MetricsTests(InstalledMesh mesh)
{
    [Fact]
    public async Task Metrics_OfSidecarWithTraffic_AreCleanAndNameTheTopic()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await orders.StartClientAsync("producer", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
        await orders.DoneAsync("producer");
        await orders.StartClientAsync("consumer", "enabled", "-b", "kafka:9092", "-C", "-t", "orders", "-o", "beginning", "-u");
        await orders.ReadyAsync("consumer");

        // A sidecar that is not native may not listen yet.
        var metrics = (await Kubectl.UntilAsync(
            "the sidecar counted all records",
            TimeSpan.FromSeconds(30),
            () => mesh.Kubectl.InvokeAsync(null, "get", "--raw", $"/api/v1/namespaces/{OrdersScenario.Namespace}/pods/consumer:4594/proxy/metrics"),
            answer => answer.Output.Contains($"kafkamesh_topic_records_total{{direction=\"outbound\",api=\"Fetch\",topic=\"orders\"}} {OrdersScenario.Messages}\n", StringComparison.Ordinal))).Output;

        await AssertCleanAsync(metrics);
        Assert.Contains("kafkamesh_requests_total{direction=\"outbound\",api=\"Fetch\",version=", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_connections{direction=\"outbound\",protocol=\"kafka\"}", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfOperator_AreCleanAndNameTheLeader()
    {
        var metrics = await RawAsync($"/api/v1/namespaces/{mesh.Cluster.SystemNamespace}/services/kafkamesh-operator:metrics/proxy/metrics");

        await AssertCleanAsync(metrics);
        Assert.Contains("kafkamesh_operator_leader", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_operator_certificate_expiry_timestamp_seconds{", metrics, StringComparison.Ordinal);
    }

    private Task<string> RawAsync(string path) => mesh.Kubectl.RunAsync("get", "--raw", path);

    private static async Task AssertCleanAsync(string metrics)
    {
        var verdict = await Command.RunAsync("promtool", ["check", "metrics"], metrics, TimeSpan.FromSeconds(20));
        Assert.True(verdict.ExitCode == 0, $"promtool: {verdict.Error}{verdict.Output}");
    }
}
