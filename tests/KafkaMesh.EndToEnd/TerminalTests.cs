using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>What people see in a terminal, of real clients through real sidecars, operator and API server: the figures that kubectl shows.</summary>
public sealed class TerminalTests(InstalledMesh mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TopTapTopology_WithTraffic_ShowWhatKubectlShows()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await orders.StartClientAsync("consumer", "enabled", "-b", "kafka:9092", "-C", "-t", "orders", "-o", "beginning", "-u");
        await orders.ReadyAsync("consumer");
        await orders.StartClientAsync("producer", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
        await orders.DoneAsync("producer");
        var status = await Kubectl.UntilAsync("all messages counted", Deadline, orders.MonitorAsync, m => Topic(m?["status"]?["topics"])?["recordsIn"]?.GetValue<long>() == OrdersScenario.Messages);

        var top = JsonNode.Parse(await ShowAsync("top", "topics", "orders", "-n", OrdersScenario.Namespace, "-o", "json"))!;
        var figures = top["items"]!.AsArray().Select(i => i!["figures"]!).Single(f => (string?)f["name"] == "orders");
        foreach (var field in (string[])["recordsIn", "recordsOut", "bytesIn", "bytesOut"])
            Assert.Equal(Topic(status!["status"]!["topics"])![field]!.GetValue<long>(), figures[field]!.GetValue<long>());
        Assert.Matches(@"\nconsumer +Reporting ", await ShowAsync("top", "pods", "orders", "-n", OrdersScenario.Namespace));

        var topology = await ShowAsync("topology", "orders", "-n", OrdersScenario.Namespace);
        Assert.Matches(@"\norders +consumed by +Pod/consumer ", topology);
        Assert.Matches(@"\n\S+:9092 +Pod/consumer +[1-9]", topology);

        // An idle consumer fetches on.
        var lines = (await ShowAsync("tap", "consumer", "-n", OrdersScenario.Namespace, "--api", "Fetch", "--limit", "3", "-o", "json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines.Select(l => JsonNode.Parse(l)!), l => Assert.Equal(("consumer", "Fetch", "outbound"), ((string?)l["pod"], (string?)l["api"], (string?)l["direction"])));
        Assert.Contains(lines.Select(l => JsonNode.Parse(l)!), l => (bool)l["answered"]! && l["latencyMilliseconds"]!.GetValue<double>() > 0);
        Assert.Contains(" Fetch ", await ShowAsync("tap", "orders", "-n", OrdersScenario.Namespace, "--limit", "1"), StringComparison.Ordinal);

        await WithoutRightsAsync();
    }

    // Who looks needs a role; who may look may not tap.
    private async Task WithoutRightsAsync()
    {
        await mesh.Kubectl.RunAsync("create", "serviceaccount", "ann", "-n", OrdersScenario.Namespace);
        var file = Path.Combine(Directory.CreateTempSubdirectory("kafkamesh-e2e-").FullName, "kubeconfig");
        try
        {
            await File.WriteAllTextAsync(file, await KubeconfigOfAsync("ann"));
            var top = await RunAsync(file, "top", "-n", OrdersScenario.Namespace);
            Assert.Equal((69, ""), (top.ExitCode, top.Output));
            Assert.Contains("Kubernetes does not let you reach the operator (", top.Error, StringComparison.Ordinal);
            Assert.Contains("cannot get resource \"services/proxy\"", top.Error, StringComparison.Ordinal);

            await mesh.Kubectl.RunAsync("create", "rolebinding", "ann-looks", "-n", mesh.Cluster.SystemNamespace, "--role=kafkamesh-view", $"--serviceaccount={OrdersScenario.Namespace}:ann");
            Assert.Contains("orders", (await RunAsync(file, "top", "-n", OrdersScenario.Namespace)).OrThrow(), StringComparison.Ordinal);
            var tap = await RunAsync(file, "tap", "consumer", "-n", OrdersScenario.Namespace, "--limit", "1");
            Assert.Equal((69, ""), (tap.ExitCode, tap.Output));
            Assert.Contains("cannot create resource \"serviceaccounts/token\"", tap.Error, StringComparison.Ordinal);
        }
        finally
        {
            await mesh.Kubectl.InvokeAsync(null, "delete", "rolebinding", "ann-looks", "-n", mesh.Cluster.SystemNamespace, "--ignore-not-found");
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private async Task<string> KubeconfigOfAsync(string account)
    {
        var request = """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600} }""";
        var answer = await mesh.Kubectl.RunWithInputAsync(request, "create", "--raw", $"/api/v1/namespaces/{OrdersScenario.Namespace}/serviceaccounts/{account}/token", "-f", "-");
        var config = JsonNode.Parse(await mesh.Kubectl.RunAsync("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))!;
        config["users"]![0]!["user"] = new JsonObject { ["token"] = JsonNode.Parse(answer)!["status"]!["token"]!.DeepClone() };
        return config.ToJsonString();
    }

    private static JsonNode? Topic(JsonNode? topics) => (topics as JsonArray)?.FirstOrDefault(t => (string?)t!["name"] == "orders");

    private async Task<string> ShowAsync(params string[] arguments)
    {
        string[] context = mesh.Kubectl.Context is { } name ? ["--context", name] : [];
        return (await RunAsync(mesh.Kubectl.Kubeconfig, [.. arguments, .. context])).OrThrow();
    }

    private Task<CommandResult> RunAsync(string kubeconfig, params string[] arguments) => Command.RunAsync(
        Repository.Path("out", "kafkamesh"), [.. arguments, "--kubeconfig", kubeconfig, "--operator-namespace", mesh.Cluster.SystemNamespace], null, Deadline);
}
