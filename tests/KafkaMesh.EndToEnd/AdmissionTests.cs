using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>What a user meets while applying things: untouched pods, readable refusals, and no harm from an absent operator.</summary>
public sealed class AdmissionTests(InstalledMesh mesh)
{
    [Fact]
    public async Task Pod_NotAnnotated_IsByteIdenticalToOneThatNoMonitorKnows()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        var here = await mesh.DryRunAsync(OrdersScenario.ClientManifest("same", OrdersScenario.Namespace, null, "-V"));

        Assert.Equal(PodText.Of(await orders.WithoutMonitorAsync("same", "-V")), PodText.Of(here));
    }

    [Theory]
    [InlineData("""{"spec":{"selector":{},"ports":[0]}}""", "spec.ports[0]", "greater than or equal to 1")]
    [InlineData("""{"spec":{"selector":{},"direction":"Sideways"}}""", "spec.direction", "supported values")]
    [InlineData("""{"spec":{"ports":[9092]}}""", "spec.selector", "Required")]
    [InlineData("""{"spec":{"selector":{},"excludeCIDRs":["10.0.0.0"]}}""", "spec.excludeCIDRs[0]", "should match")]
    public async Task Monitor_Invalid_IsRefusedNamingFieldAndReason(string body, string field, string reason)
    {
        var monitor = JsonNode.Parse(body)!.AsObject();
        monitor["apiVersion"] = "kafkamesh.io/v1alpha1";
        monitor["kind"] = "KafkaMonitor";
        monitor["metadata"] = new JsonObject { ["name"] = "bad", ["namespace"] = mesh.Cluster.SystemNamespace };

        var result = await mesh.Kubectl.InvokeAsync(monitor.ToJsonString(), "create", "--dry-run=server", "--validate=false", "-f", "-");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(field, result.Error, StringComparison.Ordinal);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_OnHostNetwork_IsLeftAloneWithItsReason()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        var pod = OrdersScenario.ClientManifest("host", OrdersScenario.Namespace, "enabled", "-V")
            .Replace("\nspec:\n", "\nspec:\n  hostNetwork: true\n", StringComparison.Ordinal);

        var created = await mesh.DryRunAsync(pod);

        Assert.Equal("host-network", (string?)created["metadata"]!["labels"]!["kafkamesh.io/injection-skipped"]);
        Assert.Single(created["spec"]!["containers"]!.AsArray());
        Assert.Null(created["spec"]!["initContainers"]);
    }

    [Fact]
    public async Task Pod_WhileOperatorIsAbsent_StartsWithoutSidecar()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await ScaleOperatorAsync(0);
        try
        {
            await orders.StartClientAsync("lonely", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
            var pod = await orders.DoneAsync("lonely");

            Assert.Single(pod["spec"]!["containers"]!.AsArray());
            Assert.Null(pod["spec"]!["initContainers"]);
        }
        finally
        {
            await ScaleOperatorAsync(2);
            await mesh.Kubectl.RunAsync("rollout", "status", "deployment/kafkamesh-operator", "-n", mesh.Cluster.SystemNamespace, "--timeout=180s");
        }
    }

    // Where the server evaluates matchConditions (1.30), the entries that are used are those with them.
    [Fact, Trait("Depends", "Kubernetes")]
    public async Task Entry_ByVersionOfTheServer_HasMatchConditionsAndInjects()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        JsonObject? entry = null;
        await Kubectl.UntilAsync("the entry", TimeSpan.FromSeconds(30), async () => entry = await EntryAsync(), found => found is not null);

        Assert.Equal(mesh.Versions.HasMatchConditions, entry!.ContainsKey("matchConditions"));
        var created = await mesh.DryRunAsync(OrdersScenario.ClientManifest("conditions", OrdersScenario.Namespace, "enabled", "-V"));
        Assert.Equal("orders", (string?)created["metadata"]!["labels"]!["kafkamesh.io/monitor"]);
    }

    [Fact]
    public async Task Registration_Deleted_IsMadeAgain()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await mesh.Kubectl.RunAsync("delete", "mutatingwebhookconfiguration", "kafkamesh-injector");

        // Noticed within half a minute, made again after another.
        await Kubectl.UntilAsync("the entry", TimeSpan.FromSeconds(90), EntryAsync, found => found is not null);

        await Kubectl.UntilAsync(
            "a pod is injected again",
            TimeSpan.FromSeconds(20),
            async () => await mesh.DryRunAsync(OrdersScenario.ClientManifest("again", OrdersScenario.Namespace, "enabled", "-V")),
            created => (string?)created["metadata"]!["labels"]?["kafkamesh.io/monitor"] == "orders");
    }

    private async Task<JsonObject?> EntryAsync()
    {
        var found = await mesh.Kubectl.RunAsync("get", "mutatingwebhookconfiguration", "kafkamesh-injector", "-o", "json", "--ignore-not-found");
        return found.Length == 0
            ? null
            : (JsonNode.Parse(found)!["webhooks"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(e => (string?)e["name"] == $"orders.{OrdersScenario.Namespace}.inject.kafkamesh.io");
    }

    private async Task ScaleOperatorAsync(int replicas)
    {
        await mesh.Kubectl.RunAsync("scale", "deployment/kafkamesh-operator", $"--replicas={replicas}", "-n", mesh.Cluster.SystemNamespace);
        await Kubectl.UntilAsync(
            $"{replicas} operator pods",
            TimeSpan.FromSeconds(60),
            async () => (await mesh.Kubectl.RunAsync("get", "pods", "-n", mesh.Cluster.SystemNamespace, "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length,
            count => count == replicas);
    }
}
