using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Tests.Stats;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Two replicas as processes of their own with the shipped roles and the shipped lease; the leader is killed.</summary>
public sealed class LeaderKillTests : IAsyncLifetime
{
    private const int ShippedLease = 15;
    private const string SidecarAddress = "127.0.73.1";
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(20);

    private ReplicaCluster? _cluster;

    public async ValueTask InitializeAsync() => _cluster = await ReplicaCluster.StartAsync(SidecarAddress);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Leader_IsKilled_StatusResumesWithOneWriterWhileTheWebhookServes()
    {
        await using var sidecar = await SidecarServer.StartAsync(SidecarAddress, Reports.Of("i1", 1, 100));
        await using var first = await _cluster!.StartReplicaAsync("replica-1", ShippedLease);
        await ReplicaCluster.UntilAsync("the first leads", async () => await first.StateAsync() is { IsReady: true, Leads: true });
        await using var second = await _cluster.StartReplicaAsync("replica-2", ShippedLease);
        await ReplicaCluster.UntilAsync("the second is ready", async () => await second.StateAsync() is { IsReady: true, Leads: false });
        await ReplicaCluster.UntilAsync("the first reports", async () => await _cluster.RequestsAsync() == 100);
        using var authority = await AuthorityAsync();
        using var firstWebhook = first.WebhookClient(authority);
        using var secondWebhook = second.WebhookClient(authority);
        Assert.True(await IsInjectedAsync(firstWebhook));
        Assert.True(await IsInjectedAsync(secondWebhook));

        await first.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        sidecar.Report = Reports.Of("i1", 2, 150, uptime: 20);
        var admissions = 0;
        await ReplicaCluster.UntilAsync("the second reports", async () =>
        {
            Assert.True(await IsInjectedAsync(secondWebhook));
            admissions++;
            return await _cluster.RequestsAsync() == 150;
        });
        var took = Stopwatch.GetElapsedTime(killed);

        Assert.True(took < Goal, $"status resumed after {took.TotalSeconds:0.0} s");
        Assert.True(admissions > 20);
        Assert.True(await second.StateAsync() is { IsReady: true, Leads: true });
        _cluster.AssertOneWriterAfterTheOther();
        TestContext.Current.TestOutputHelper?.WriteLine($"status resumed after {took.TotalSeconds:0.0} s, {admissions} admissions meanwhile");
    }

    private const string Review =
        $$$"""
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","namespace":"{{{ReplicaCluster.Space}}}","operation":"CREATE",
        "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
        "object":{"apiVersion":"v1","kind":"Pod",
        "metadata":{"name":"b","namespace":"{{{ReplicaCluster.Space}}}","labels":{"app":"orders"},"annotations":{"kafkamesh.io/inject":"enabled"} },
        "spec":{"containers":[{"name":"main","image":"main:1"}]} } } }
        """;

    private async Task<X509Certificate2> AuthorityAsync()
    {
        var secret = await _cluster!.Admin.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, WellKnownNames.SystemNamespace);
        return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(secret!["data"]!["ca.crt"]!.ToString())));
    }

    private static async Task<bool> IsInjectedAsync(HttpClient webhook)
    {
        using var content = new StringContent(Review, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await webhook.PostAsync(WellKnownNames.MutatePodsPath, content);
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("\"patch\":", StringComparison.Ordinal);
    }
}
