using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>The doctor on a cluster on which nothing is wrong.</summary>
public sealed class CheckTests(InstalledMesh mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Check_HealthyCluster_FindsNothing()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await orders.StartClientAsync("consumer", "enabled", "-b", "kafka:9092", "-C", "-t", "orders", "-o", "beginning", "-u");
        await orders.ReadyAsync("consumer");

        var check = await RunAsync("check", "-n", OrdersScenario.Namespace, "--wait", "60s", "-o", "json");
        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        var findings = JsonNode.Parse(check.Output)!["findings"]!.AsArray().Select(f => (Code: f!["code"]!.ToString(), Verdict: f["verdict"]!.ToString())).ToList();

        // What takes a real cluster: replicas that say their version and certificate, endpoints, and a trial that the injector answers.
        foreach (var code in (string[])["KM202", "KM203", "KM302", "KM308", "KM401", "KM404", "KM501"])
            Assert.Contains((code, "ok"), findings);
        var pod = await RunAsync("check", "pod", $"{OrdersScenario.Namespace}/consumer");
        Assert.True(pod.ExitCode == 0, pod.Output + pod.Error);
        var status = await RunAsync("status", "orders", "-n", OrdersScenario.Namespace);
        Assert.Contains("healthy", status.Output, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(params string[] arguments)
    {
        string[] context = mesh.Kubectl.Context is { } name ? ["--context", name] : [];
        return Command.RunAsync(
            Repository.Path("out", "kafkamesh"),
            [.. arguments, "--kubeconfig", mesh.Kubectl.Kubeconfig, "--operator-namespace", mesh.Cluster.SystemNamespace, .. context],
            null,
            Deadline);
    }
}
