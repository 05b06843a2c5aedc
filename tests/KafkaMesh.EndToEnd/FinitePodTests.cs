using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>A pod that ends by itself does so on every cluster: with a native sidecar, which ends after it, or without one.</summary>
public sealed class FinitePodTests(InstalledMesh mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact, Trait("Depends", "Kubernetes")]
    public async Task Pod_ThatEndsByItself_HasASidecarWhereItIsNative()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await mesh.ApplyAsync(Repository.TestData("finite.yaml"));

        var pod = (await Kubectl.UntilAsync("the pod ends", Deadline, PodAsync, p => (string?)p?["status"]?["phase"] is "Succeeded" or "Failed"))!;

        Assert.True((string?)pod["status"]!["phase"] == "Succeeded", pod["status"]!.ToJsonString());
        var labels = pod["metadata"]!["labels"]!;
        if (!mesh.Versions.HasNativeSidecars)
        {
            Assert.Equal("job-without-native-sidecar", (string?)labels["kafkamesh.io/injection-skipped"]);
            Assert.Null(labels["kafkamesh.io/monitor"]);
            Assert.Equal(new ContainerNames("", "client"), ContainerNames.Of(pod));
            return;
        }

        Assert.Null(labels["kafkamesh.io/injection-skipped"]);
        Assert.Equal("orders", (string?)labels["kafkamesh.io/monitor"]);
        Assert.Equal(new ContainerNames("kafkamesh-init kafkamesh-proxy", "client"), ContainerNames.Of(pod));
        // The sidecar is gone as well: what it counted was fetched before.
        await Kubectl.UntilAsync("the status counts every record", Deadline, orders.MonitorAsync, monitor => RecordsOut(monitor) == OrdersScenario.Messages);
    }

    private Task<JsonObject?> PodAsync() => mesh.Kubectl.GetAsync("pod", "finite", OrdersScenario.Namespace);

    private static long? RecordsOut(JsonObject? monitor) =>
        (long?)(monitor?["status"]?["topics"] as JsonArray)?.FirstOrDefault(topic => (string?)topic!["name"] == "orders")?["recordsOut"];
}
