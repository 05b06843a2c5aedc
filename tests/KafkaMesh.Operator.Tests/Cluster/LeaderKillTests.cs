using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Two replicas as processes of their own with the shipped roles and the shipped lease; the leader is killed.</summary>
public sealed class LeaderKillTests : IAsyncLifetime
{
    private const string Space = "failover";
    private const string SidecarAddress = "127.0.73.1";
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(20);

    private readonly WriteLog _writes = new();
    private PlaygroundCluster? _cluster;
    private KubernetesClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = _writes.Watch } });
        _admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        var kubectl = new Kubectl(_cluster.KubeconfigPath);
        await kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "default"));
        await kubectl.RunAsync(null, "create", "clusterrolebinding", "replicas", "--clusterrole=kafkamesh-operator", "--user=replica-1", "--user=replica-2");
        await kubectl.RunAsync(null, "create", "rolebinding", "replicas", "-n", "kafkamesh-system", "--role=kafkamesh-operator", "--user=replica-1", "--user=replica-2");
        await kubectl.RunAsync(Objects, "apply", "-f", "-");
        var running = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = SidecarAddress, ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = SidecarAddress }) } };
        await _admin.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(running), "a", Space, new WriteOptions { Subresource = "status" });
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Leader_IsKilled_StatusResumesWithOneWriterWhileTheWebhookServes()
    {
        await using var sidecar = await SidecarServer.StartAsync(SidecarAddress, Reports.Of("i1", 1, 100));
        await using var first = await StartAsync("replica-1");
        await UntilAsync("the first leads", async () => await first.StateAsync() is { IsReady: true, Leads: true });
        await using var second = await StartAsync("replica-2");
        await UntilAsync("the second is ready", async () => await second.StateAsync() is { IsReady: true, Leads: false });
        await UntilAsync("the first reports", async () => await RequestsAsync() == 100);
        using var authority = await AuthorityAsync();
        using var firstWebhook = first.WebhookClient(authority);
        using var secondWebhook = second.WebhookClient(authority);
        Assert.True(await IsInjectedAsync(firstWebhook));
        Assert.True(await IsInjectedAsync(secondWebhook));

        await first.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        sidecar.Report = Reports.Of("i1", 2, 150, uptime: 20);
        var admissions = 0;
        await UntilAsync("the second reports", async () =>
        {
            Assert.True(await IsInjectedAsync(secondWebhook));
            admissions++;
            return await RequestsAsync() == 150;
        });
        var took = Stopwatch.GetElapsedTime(killed);

        Assert.True(took < Goal, $"status resumed after {took.TotalSeconds:0.0} s");
        Assert.True(admissions > 20);
        Assert.True(await second.StateAsync() is { IsReady: true, Leads: true });
        var writers = _writes.OfLeaders.Select(write => write.User).Where(user => user.StartsWith("replica-", StringComparison.Ordinal)).ToList();
        Assert.Equal(["replica-1", "replica-2"], writers.Distinct());
        Assert.True(writers.LastIndexOf("replica-1") < writers.IndexOf("replica-2"));
        TestContext.Current.TestOutputHelper?.WriteLine($"status resumed after {took.TotalSeconds:0.0} s, {admissions} admissions meanwhile");
    }

    private static string Objects =>
        $$$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{{Space}}}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: {{{Space}}}}
        ---
        apiVersion: kafkamesh.io/v1alpha1
        kind: KafkaMonitor
        metadata: {name: orders, namespace: {{{Space}}}}
        spec:
          selector: {matchLabels: {app: orders}}
          report: {intervalSeconds: 1}
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: a
          namespace: {{{Space}}}
          labels: {app: orders, {{{WellKnownNames.MonitorLabel}}}: orders}
          annotations:
            {{{WellKnownNames.StatusAnnotation}}}: '{"monitor":"orders","hash":"x","ports":{"outbound":4591,"inbound":4592,"admin":{{{WellKnownNames.AdminPort}}}} }'
        spec:
          containers: [{name: main, image: "main:1"}]
        """;

    private const string Review =
        $$$"""
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","namespace":"{{{Space}}}","operation":"CREATE",
        "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
        "object":{"apiVersion":"v1","kind":"Pod",
        "metadata":{"name":"b","namespace":"{{{Space}}}","labels":{"app":"orders"},"annotations":{"kafkamesh.io/inject":"enabled"} },
        "spec":{"containers":[{"name":"main","image":"main:1"}]} } } }
        """;

    private async Task<OperatorReplica> StartAsync(string user)
    {
        var file = Path.Combine(_cluster!.Directory, user);
        using var certificate = _cluster.Server.Authority.IssueClient(user, []);
        Kubeconfig.WriteWithCertificate(file, _cluster.Address, _cluster.Server.Authority.CertificatePem, certificate);
        return await OperatorReplica.StartAsync(file, TestContext.Current.CancellationToken);
    }

    private async Task<X509Certificate2> AuthorityAsync()
    {
        var secret = await _admin.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, WellKnownNames.SystemNamespace);
        return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(secret!["data"]!["ca.crt"]!.ToString())));
    }

    private async Task<long?> RequestsAsync() =>
        MonitorReader.ReadStatus((await _admin.GetAsync(MonitorReader.Type, "orders", Space))!)?.ApiKeys?.Single().Requests;

    private static async Task<bool> IsInjectedAsync(HttpClient webhook)
    {
        using var content = new StringContent(Review, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await webhook.PostAsync(WellKnownNames.MutatePodsPath, content);
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("\"patch\":", StringComparison.Ordinal);
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"after 30 s still not: {what}");
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
