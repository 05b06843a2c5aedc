using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary><c>kubectl delete -k config/default --ignore-not-found</c> while the operator runs, as it does until its pods have ended.</summary>
public sealed class UninstallTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    [Theory]
    [InlineData("kubectl")]
    [InlineData("kubectl 1.20")]
    public async Task Uninstall_WithMonitorsLedgerAndInjectedPods_LeavesThePodsAlone(string client)
    {
        Rendered.SkipWithout(client == "kubectl" ? client : Rendered.OldKubectl);
        var kubectl = client == "kubectl" ? fixture.Kubectl : new Kubectl(fixture.Cluster.KubeconfigPath, Rendered.OldKubectl);
        await using var collector = ClusterController.StartGarbageCollector(fixture.Cluster);
        await InstallAndUseAsync();
        var pod = await PodAsync();

        await kubectl.RunAsync(null, "delete", "-k", Rendered.Folder("default"), "--ignore-not-found", "--timeout=30s");
        await fixture.UntilAsync("nothing is left", () => Task.FromResult(!Left().Any()));
        await fixture.StopOperatorAsync();
        await fixture.UntilAsync("nothing came back: " + string.Join(", ", Left()), () => Task.FromResult(!Left().Any()));

        // The pod is what it was, sidecar, labels and annotation included; new ones are left alone.
        Assert.Equal(pod, await PodAsync());
        Assert.Contains(WellKnownNames.ProxyContainer, pod, StringComparison.Ordinal);
        var later = await fixture.CreatePodAsync("shop", "later", "enabled", hostNetwork: false, labels: null);
        Assert.Single(later["spec"]!["containers"]!.AsArray());
        await fixture.Kubectl.RunAsync(null, "delete", "namespace", "shop");
    }

    // Whatever carries the product's name. The user's namespace and its pods stay, and events until they expire.
    private IEnumerable<string> Left() => ClusterController.Everything(fixture.Cluster)
        .Where(o => o.Contains("kafkamesh", StringComparison.Ordinal) || o.Contains("KafkaMonitor", StringComparison.Ordinal) || o.StartsWith("Lease", StringComparison.Ordinal));

    private async Task InstallAndUseAsync()
    {
        if (!fixture.IsRunning)
            await fixture.InstallAsync();
        await fixture.ApplyMonitorAsync("shop");
        await fixture.EntryAsync("orders.shop.inject.kafkamesh.io");
        await using (var sidecar = await SidecarServer.StartAsync("127.0.9.21", Reports.Of("u1", 1, 10)))
        {
            await fixture.CreateInjectedPodAsync("shop", "goes", "127.0.9.21");
            await fixture.UntilAsync("counted", async () => await RequestsAsync() == 10);
        }
        await fixture.CreateInjectedPodAsync("shop", "stays", "127.0.9.22");
        await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "goes", "shop", new DeleteOptions { GracePeriodSeconds = 0 });
        await fixture.UntilAsync("ledger", async () => await fixture.Admin.GetAsync(BuiltInEntities.ConfigMaps, LedgerStore.NameOf("orders"), "shop") is not null);
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "Secret kafkamesh-system/kafkamesh-webhook-ca", "Lease kafkamesh-system/kafkamesh-operator", "ConfigMap shop/kafkamesh-ledger-orders", "KafkaMonitor shop/orders" },
            Left().ToHashSet(StringComparer.Ordinal));
    }

    private async Task<long?> RequestsAsync() =>
        MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "shop"))!)?.ApiKeys?.Sum(a => a.Requests);

    private async Task<string> PodAsync() => JsonNode.Parse(await fixture.Kubectl.RunAsync(null, "get", "pod", "stays", "-n", "shop", "-o", "json"))!.ToJsonString();
}
