using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>The product's promise: real clients against a real broker process, and a status that equals what was on the wire.</summary>
public sealed class TrafficTests(InstalledMesh mesh)
{
    private static readonly TimeSpan StatusDeadline = TimeSpan.FromSeconds(45);

    [Fact, Trait("Depends", "Kubernetes")]
    public async Task Status_ProducerConsumerAndControl_EqualsWireExactly()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);

        // The control runs first, so that its records are there for nobody to miss; it has no annotation.
        string[] controlArguments = ["-b", "kafka:9092", "-P", "-t", "control", "-l", "/messages/messages.txt"];
        await orders.StartClientAsync("control", null, controlArguments);
        var control = await orders.DoneAsync("control");
        await orders.StartClientAsync("producer", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
        var producer = await orders.DoneAsync("producer");
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
        var redirected = await AskKernelAsync("kafka", "consumer");
        await orders.DeletePodAsync("consumer");
        using var wire = await WireCapture.FetchAsync(mesh.Kubectl, OrdersScenario.Namespace, "kafka", 9092);

        var expected = Sum(await wire.CountAsync(Address(producer)), await wire.CountAsync(Address(consumer)));
        Assert.True(expected[0].Requests > 0 && expected[1].Requests > 0, "the witness saw no Produce or no Fetch request: nothing would be compared");
        Assert.NotEmpty(await wire.CountAsync(Address(control)));
        if (redirected is { } connections)
        {
            Assert.True(connections > 0, "no connection was redirected");
            Assert.Equal(await wire.ConnectionsAsync(Address(consumer)), connections);
        }

        var status = await Kubectl.UntilAsync(
            $"status equals the wire ({Describe(expected)})",
            StatusDeadline,
            async () => Describe(FromStatus(await orders.MonitorAsync())),
            seen => seen == Describe(expected));

        Assert.Equal(Describe(expected), status);
        await AssertTopicsAsync(orders);
    }

    // Proves the network namespaces by the kernel's own identity and returns the consumer's redirected connections; null on a real
    // cluster, whose nodes the suite cannot enter. There the pods' addresses and the wire itself have to do.
    private async Task<long?> AskKernelAsync(string broker, string consumer)
    {
        if (await mesh.Cluster.NetworkNamespaceAsync(OrdersScenario.Namespace, consumer) is null)
        {
            TestContext.Current.AddWarning("not compared: identities of the pods' network namespaces and the counters of the REDIRECT rules, because the suite cannot enter this cluster's nodes");
            return null;
        }

        await AssertDifferentNetworksAsync(broker, consumer);
        return await RedirectedConnectionsAsync(consumer);
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

    private void AssertInjected(JsonObject pod)
    {
        Assert.Equal("orders", (string?)pod["metadata"]!["labels"]!["kafkamesh.io/monitor"]);
        Assert.NotNull(pod["metadata"]!["annotations"]!["kafkamesh.io/status"]);
        Assert.Equal(new ContainerNames("kafkamesh-init kafkamesh-proxy", "client").On(mesh.Versions), ContainerNames.Of(pod));
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
