using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Manifests;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The shipped roles against what the operator asks for in all that it does: nothing is refused, nothing is granted for nothing.</summary>
public sealed class GrantTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private const string Space = "grants";

    [Fact]
    public async Task Roles_WhileEverythingIsDoneOnce_RefuseNothingAndGrantNothingUnused()
    {
        var roles = await RolesAsync();
        await InjectAndCountAsync();
        await SkipTwiceAsync();
        await AdmitIntoAnUncachedNamespaceAsync();
        await RetireAsync();
        await TapAsync();
        await RollOutAsync();
        await RotateAsync();
        await ForgetRegistrationAsync();
        await fixture.Admin.DeleteAsync(BuiltInEntities.Namespaces, Space);

        await fixture.UntilAsync("the rotated authority is stored", () => Task.FromResult(fixture.Requests.Allowed.Any(r => (r.Verb, r.Resource) == ("update", "secrets"))));
        Assert.Empty(Unused(roles));
        Assert.Empty(fixture.Requests.Refused);
    }

    private IEnumerable<Grant> Unused(IReadOnlyList<Grant> grants) => grants.Where(g => !fixture.Requests.Allowed.Any(g.Covers));

    private async Task<List<Grant>> RolesAsync()
    {
        var grants = new List<Grant>();
        foreach (var type in (string[])["clusterrole/kafkamesh-operator", "role/kafkamesh-operator"])
            grants.AddRange(Grant.Of(JsonNode.Parse(await fixture.Kubectl.RunAsync(null, "get", type, "-n", "kafkamesh-system", "-o", "json"))!.AsObject()));
        Assert.True(grants.Count > 20, $"{grants.Count} grants");
        return grants;
    }

    private async Task InjectAndCountAsync()
    {
        await fixture.ApplyMonitorAsync(Space);
        await fixture.EntryAsync($"orders.{Space}.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync(Space, "a", "127.0.9.11");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.11", Reports.Of("g1", 1, 100));
        await RequestsAsync(100);
    }

    // The same event again is not created but counted.
    private async Task SkipTwiceAsync()
    {
        var job = new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = "nightly", ["uid"] = "ffffffff-0000-0000-0000-000000000002", ["controller"] = true };
        await fixture.CreatePodAsync(Space, "host", "enabled", hostNetwork: true, labels: new JsonObject { [WellKnownNames.SkippedLabel] = "host-network" }, owner: job);
        await fixture.UntilAsync("event", async () => (await EventsAsync()).Count > 0);
        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", Space);
        await fixture.UntilAsync("entry gone", async () => (await fixture.EntriesAsync()).TrueForAll(e => e["name"]!.ToString() != $"orders.{Space}.inject.kafkamesh.io"));
        await fixture.ApplyMonitorAsync(Space);
        await fixture.UntilAsync("event counted", async () => (await EventsAsync()).Any(e => e.Count > 1));
    }

    // A namespace that the cache does not hold (any more, here; not yet, in life) is asked for.
    private async Task AdmitIntoAnUncachedNamespaceAsync()
    {
        await fixture.ApplyMonitorAsync("uncached");
        await fixture.EntryAsync("orders.uncached.inject.kafkamesh.io");
        await fixture.WithoutNamespaceControllerAsync(async () =>
        {
            await fixture.Admin.DeleteAsync(BuiltInEntities.Namespaces, "uncached"); // the monitor stays
            await fixture.Cluster.ClientFor("test").ModifyAsync("v1", "Namespace", "", "uncached", "finalize", WithoutFinalizers, CancellationToken.None);
        });
        using var client = await fixture.TrustingClientAsync();
        const string Review = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},
             "resource":{"group":"","version":"v1","resource":"pods"},"namespace":"uncached","operation":"CREATE","userInfo":{},
             "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"app":"orders"}},"spec":{"containers":[{"name":"main","image":"main:1"}]}}}}
            """;
        await fixture.UntilAsync("namespace asked for", async () =>
        {
            using var content = new StringContent(Review, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(WellKnownNames.MutatePodsPath, content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return fixture.Requests.Allowed.Any(r => (r.Verb, r.Resource, r.Name) == ("get", "namespaces", "uncached"));
        });
    }

    private static bool WithoutFinalizers(JsonObject space)
    {
        space["spec"] = new JsonObject { ["finalizers"] = new JsonArray() };
        return true;
    }

    // The ledger is written when an instance goes.
    private async Task RetireAsync()
    {
        await fixture.EntryAsync($"orders.{Space}.inject.kafkamesh.io");
        await using (var sidecar = await SidecarServer.StartAsync("127.0.9.11", Reports.Of("g1", 2, 130)))
        {
            await RequestsAsync(130);
        }
        await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "a", Space, new DeleteOptions { GracePeriodSeconds = 0 });
        await fixture.UntilAsync("ledger", async () => await fixture.Admin.GetAsync(BuiltInEntities.ConfigMaps, LedgerStore.NameOf("orders"), Space) is not null);
    }

    // Whose token it is, and what that user may do, is asked before whether there is such a pod.
    private async Task TapAsync()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add(WellKnownNames.TokenHeader, await fixture.TokenAsync(WellKnownNames.TapAccount, WellKnownNames.SystemNamespace, WellKnownNames.DashboardAudience));
        using var response = await client.GetAsync($"http://127.0.0.1:{fixture.Process.Dashboard!.Port}/api/v1/namespaces/{Space}/pods/nobody/tap");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    // A pod that started before its monitor is evicted.
    private async Task RollOutAsync()
    {
        const string Late = "late";
        await fixture.CreateNamespaceAsync(Late);
        await fixture.Admin.CreateAsync(BuiltInEntities.Pods, JsonNode.Parse($$"""
            {
              "metadata": {
                "name": "early", "namespace": "{{Late}}", "labels": {"app": "orders"}, "annotations": {"{{WellKnownNames.InjectAnnotation}}": "enabled"},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "orders-1", "uid": "ffffffff-0000-0000-0000-000000000001", "controller": true}]
              },
              "spec": {"containers": [{"name": "main", "image": "main:1"}]}
            }
            """)!.AsObject());
        await fixture.ApplyMonitorAsync(Late);
        await fixture.Kubectl.RunAsync(null, "patch", "kafkamonitor", "orders", "-n", Late, "--type=merge", "-p", """{"spec":{"rollout":{"strategy":"Restart"}}}""");
        await fixture.UntilAsync("eviction", async () => await fixture.Admin.GetAsync(BuiltInEntities.Pods, "early", Late) is null);
        await fixture.UntilAsync("who is behind the pod's owner", () => Task.FromResult(fixture.Requests.Allowed.Any(r => (r.Verb, r.Resource) == ("get", "replicasets"))));
    }

    // An authority that is due when the operator starts.
    private Task RotateAsync() => fixture.RestartOperatorAsync(async () =>
    {
        using var old = CertificateAuthority.Create(DateTimeOffset.UtcNow - (CertificateAuthority.Lifetime * 3 / 4));
        var secret = (await fixture.Admin.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, WellKnownNames.SystemNamespace))!;
        secret["data"] = new AuthorityBundle(old, Previous: null).ToSecretData();
        await fixture.Admin.UpdateAsync(BuiltInEntities.Secrets, secret);
    });

    // A registration that somebody deleted is made again.
    private async Task ForgetRegistrationAsync()
    {
        await fixture.EntryAsync($"orders.{Space}.inject.kafkamesh.io");
        await fixture.Admin.DeleteAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);
        await fixture.ApplyMonitorAsync("noticed"); // which makes the leader look
        await fixture.UntilAsync(
            "the registration is back",
            async () => await fixture.Admin.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName) is not null,
            WebhookRegistrar.RestoreDelay + TimeSpan.FromSeconds(30));
        await fixture.EntryAsync($"orders.{Space}.inject.kafkamesh.io");
    }

    private async Task<IReadOnlyList<Corev1Event>> EventsAsync() =>
        [.. (await fixture.Admin.ListAsync(BuiltInEntities.Events, Space)).Items.Where(e => e.Reason == "KafkaSidecarSkipped")];

    private Task RequestsAsync(long count) => fixture.UntilAsync($"{count} requests", async () =>
        MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, "orders", Space))!)?.ApiKeys?.Sum(a => a.Requests) == count);
}
