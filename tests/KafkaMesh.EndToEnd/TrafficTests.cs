using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>The product's promise: real clients against a real broker process, and a status that equals what was on the wire.</summary>
public sealed class TrafficTests(InstalledMesh mesh)
{
    private static readonly TimeSpan StatusDeadline = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Status_ProducerConsumerAndControl_EqualsWireExactly()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        var brokerNetwork = await mesh.Cluster.NetworkNamespaceAsync(OrdersScenario.Namespace, "kafka");
        Assert.SkipWhen(brokerNetwork is null, "the wire is compared only where the suite can enter a pod's network namespace (the playground)");
        var directory = Directory.CreateTempSubdirectory("kafkamesh-wire-");
        await using var wire = await WireCapture.StartAsync(brokerNetwork, 9092, Path.Combine(directory.FullName, "wire.pcap"));

        // The control runs first, so that its records are there for nobody to miss; it has no annotation.
        string[] controlArguments = ["-b", "kafka:9092", "-P", "-t", "control", "-l", "/messages/messages.txt"];
        await orders.StartClientAsync("control", null, controlArguments);
        var control = await orders.SucceededAsync("control");
        await orders.StartClientAsync("producer", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
        var producer = await orders.SucceededAsync("producer");
        await orders.StartClientAsync("consumer", "enabled", "-b", "kafka:9092", "-C", "-t", "orders", "-o", "beginning", "-u");
        var consumer = await orders.ReadyAsync("consumer");
        await Kubectl.UntilAsync(
            "the consumer has all records",
            StatusDeadline,
            () => orders.LogsAsync("consumer"),
            log => log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("order-", StringComparison.Ordinal)) == OrdersScenario.Messages);

        AssertInjected(producer);
        AssertInjected(consumer);
        Assert.Equal(PodText.Of(await orders.WithoutMonitorAsync("control", controlArguments)), PodText.Of(control));
        AssertDifferentPods(await orders.ReadyAsync("kafka"), producer, consumer, control);
        await AssertDifferentNetworksAsync("kafka", "consumer");
        var redirected = await RedirectedConnectionsAsync("consumer");
        await orders.DeletePodAsync("consumer");

        var expected = Sum(await wire.CountAsync(Address(producer)), await wire.CountAsync(Address(consumer)));
        Assert.True(expected[0].Requests > 0 && expected[1].Requests > 0, "the witness saw no Produce or no Fetch request: nothing would be compared");
        Assert.NotEmpty(await wire.CountAsync(Address(control)));
        Assert.True(redirected > 0, "no connection was redirected");
        Assert.Equal(await wire.ConnectionsAsync(Address(consumer)), redirected);
        var status = await Kubectl.UntilAsync(
            $"status equals the wire ({Describe(expected)})",
            StatusDeadline,
            async () => Describe(FromStatus(await orders.MonitorAsync())),
            seen => seen == Describe(expected));

        Assert.Equal(Describe(expected), status);
        await AssertTopicsAsync(orders);
        directory.Delete(recursive: true);
    }

    // The NAT table sees the first packet of each connection.
    private async Task<long> RedirectedConnectionsAsync(string pod)
    {
        var network = await mesh.Cluster.NetworkNamespaceAsync(OrdersScenario.Namespace, pod);
        var rules = (await Command.RunAsync("nsenter", [$"--net={network}", "iptables-nft", "-t", "nat", "-nvxL", "KAFKAMESH_OUTPUT"], null, TimeSpan.FromSeconds(10))).OrThrow();
        var redirect = Assert.Single(rules.Split('\n'), line => line.Contains("REDIRECT", StringComparison.Ordinal));
        return long.Parse(redirect.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }

    private static async Task AssertTopicsAsync(OrdersScenario orders)
    {
        var topics = (await orders.MonitorAsync())!["status"]!["topics"]!.AsArray();
        var topic = Assert.Single(topics, item => (string?)item!["name"] == "orders")!;
        Assert.Equal(OrdersScenario.Messages, (long)topic["recordsOut"]!);
        Assert.Equal(OrdersScenario.Messages, (long)topic["recordsIn"]!);
        Assert.DoesNotContain(topics, item => (string?)item!["name"] == "control");
    }

    private static void AssertInjected(JsonObject pod)
    {
        Assert.Equal("orders", (string?)pod["metadata"]!["labels"]!["kafkamesh.io/monitor"]);
        Assert.NotNull(pod["metadata"]!["annotations"]!["kafkamesh.io/status"]);
        var names = Containers(pod).ToList();
        Assert.Contains("kafkamesh-init", names);
        Assert.Contains("kafkamesh-proxy", names);
        Assert.Contains("client", names);
    }

    private static void AssertDifferentPods(params JsonObject[] pods) =>
        Assert.Equal(pods.Length, pods.Select(Address).Distinct(StringComparer.Ordinal).Count());

    // By the kernel's own identity of a namespace; the suite's is the machine's.
    private async Task AssertDifferentNetworksAsync(params string[] pods)
    {
        List<string> paths = ["/proc/self/ns/net"];
        foreach (var pod in pods)
            paths.Add((await mesh.Cluster.NetworkNamespaceAsync(OrdersScenario.Namespace, pod))!);
        var identities = (await Command.RunAsync("stat", ["-Lc", "%d:%i", .. paths], null, TimeSpan.FromSeconds(5))).OrThrow().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(paths.Count, identities.Distinct(StringComparer.Ordinal).Count());
    }

    private static IEnumerable<string> Containers(JsonObject pod) =>
        (pod["spec"]!["initContainers"]?.AsArray() ?? []).Concat(pod["spec"]!["containers"]!.AsArray()).Select(container => (string)container!["name"]!);

    private static string Address(JsonObject pod) => (string)pod["status"]!["podIP"]!;

    private static Dictionary<int, WireCount> Sum(params IReadOnlyDictionary<int, WireCount>[] counts) => counts
        .SelectMany(count => count)
        .GroupBy(entry => entry.Key)
        .ToDictionary(group => group.Key, group => group.Aggregate(default(WireCount), (sum, entry) => new WireCount(
            sum.Requests + entry.Value.Requests,
            sum.RequestBytes + entry.Value.RequestBytes,
            sum.Responses + entry.Value.Responses,
            sum.ResponseBytes + entry.Value.ResponseBytes)));

    private static Dictionary<int, WireCount> FromStatus(JsonObject? monitor) =>
        (monitor?["status"]?["apiKeys"]?.AsArray() ?? []).ToDictionary(
            api => (int)api!["apiKey"]!,
            api => new WireCount((long)api!["requests"]!, (long)api["requestBytes"]!, (long)api["responses"]!, (long)api["responseBytes"]!));

    private static string Describe(Dictionary<int, WireCount> counts) => string.Join(
        ", ",
        counts.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key}: {entry.Value.Requests}/{entry.Value.RequestBytes} {entry.Value.Responses}/{entry.Value.ResponseBytes}"));
}
