using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>The manifests applied over those of an earlier build that is in use.</summary>
public sealed class UpgradeTests(UpgradeTests.EarlierFixture fixture) : IClassFixture<UpgradeTests.EarlierFixture>
{
    [Fact]
    public async Task Upgrade_OverAnEarlierBuildInUse_KeepsMonitorsTotalsAuthorityAndEntries()
    {
        await fixture.ApplyMonitorAsync("shop");
        await fixture.EntryAsync("orders.shop.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync("shop", "goes", "127.0.9.31");
        await fixture.CreateInjectedPodAsync("shop", "stays", "127.0.9.32");
        await using var stays = await SidecarServer.StartAsync("127.0.9.32", Reports.Of("v1", 1, 10));
        await using (var goes = await SidecarServer.StartAsync("127.0.9.31", Reports.Of("v2", 1, 1000)))
        {
            await RequestsAsync(1010);
        }
        await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "goes", "shop", new DeleteOptions { GracePeriodSeconds = 0 });
        var monitor = await UidAsync("kafkamonitor", "orders", "shop");
        var authority = await AuthorityAsync();

        // The new manifest while the old operator serves: registered entries are not of kubectl's making and stay.
        await fixture.Kubectl.RunAsync(null, "apply", "-k", Rendered.Folder("default"));
        Assert.Single(await fixture.EntriesAsync());

        // What this release asks for and the earlier role does not grant has kept it from nothing.
        var refused = fixture.Requests.Refused.ToList();
        Assert.All(refused, r => Assert.StartsWith("list limitranges", r, StringComparison.Ordinal));
        await fixture.RestartOperatorAsync(() =>
        {
            stays.Report = Reports.Of("v1", 2, 15);
            return Task.CompletedTask;
        });
        await RequestsAsync(1015);

        Assert.Equal(monitor, await UidAsync("kafkamonitor", "orders", "shop"));
        Assert.Equal(authority, await AuthorityAsync());
        await fixture.EntryAsync("orders.shop.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync("shop", "new", "127.0.9.33");
        Assert.Equal(refused.Count, fixture.Requests.Refused.Count());
    }

    private Task RequestsAsync(long count) => fixture.UntilAsync($"{count} requests", async () =>
        MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "shop"))!)?.ApiKeys?.Sum(a => a.Requests) == count);

    private async Task<string> AuthorityAsync() =>
        (await fixture.Admin.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, WellKnownNames.SystemNamespace))!["data"]!.ToJsonString();

    private async Task<string> UidAsync(string kind, string name, string space) =>
        JsonNode.Parse(await fixture.Kubectl.RunAsync(null, "get", kind, name, "-n", space, "-o", "json"))!["metadata"]!["uid"]!.ToString();

    public sealed class EarlierFixture : OperatorFixture
    {
        protected override string[] Manifests =>
            ["-f", Path.Combine(Repository.Root, "tests", "KafkaMesh.Operator.Tests", "testdata", "manifests", "earlier.yaml")];
    }
}
