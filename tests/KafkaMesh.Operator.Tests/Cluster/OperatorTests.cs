using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The operator against an API server, with the roles that are shipped.</summary>
public sealed class OperatorTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    [Fact]
    public async Task Readyz_WithApiServer_BecomesReady()
    {
        await fixture.UntilAsync("ready", async () => (await fixture.GetAsync("/readyz")).Status == HttpStatusCode.OK);
        var metrics = (await fixture.GetAsync("/metrics")).Body;
        Assert.Contains("kafkamesh_operator_leader 1", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_operator_api_requests_total{verb=\"list\",code=\"200\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_operator_api_lists_total{resource=\"kafkamonitors\",reason=\"start\"}", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.GetAsync("/nope")).Status);
    }

    [Fact]
    public async Task Samples_AppliedAsTheirDocumentsSay_AreAcceptedAndRegistered()
    {
        foreach (var name in (string[])["shop", "kafka"])
            await fixture.CreateNamespaceAsync(name);
        var monitors = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "config", "samples"), "*.yaml", SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal))
        {
            if (Path.GetFileName(file) == "kustomization.yaml")
                continue;
            var text = (await File.ReadAllTextAsync(file)).Replace("GATEWAY", "172.18.0.1", StringComparison.Ordinal);
            var objects = Yaml.ReadAll(text);
            await fixture.Kubectl.RunAsync(text, "apply", "-f", "-");
            monitors.AddRange(objects.Where(o => o["kind"]!.ToString() == "KafkaMonitor").Select(o => $"{o["metadata"]!["name"]}.{o["metadata"]!["namespace"]}.inject.kafkamesh.io"));
        }

        foreach (var monitor in monitors)
            await fixture.EntryAsync(monitor);
        await fixture.Kubectl.RunAsync(null, "delete", "namespace", "demo", "demo-host", "shop", "kafka", "--wait=false");
        Assert.True(monitors.Count >= 5);
    }

    [Fact]
    public async Task Registration_MonitorsComeAndGo_HasOneEntryEach()
    {
        await fixture.ApplyMonitorAsync("registered");
        var entry = await fixture.EntryAsync("orders.registered.inject.kafkamesh.io");
        Assert.Equal("orders", entry["objectSelector"]!["matchLabels"]!["app"]!.ToString());
        Assert.Equal("registered", entry["namespaceSelector"]!["matchLabels"]!["kubernetes.io/metadata.name"]!.ToString());
        Assert.Equal(("Ignore", 5, "IfNeeded"), (entry["failurePolicy"]!.ToString(), entry["timeoutSeconds"]!.GetValue<int>(), entry["reinvocationPolicy"]!.ToString()));

        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", "registered");
        await fixture.UntilAsync("entry gone", async () => (await fixture.EntriesAsync()).All(e => e["name"]!.ToString() != "orders.registered.inject.kafkamesh.io"));
    }

    [Fact]
    public async Task Status_PodsComeRestartAndGo_IsExactAndNeverGoesBackwards()
    {
        await fixture.ApplyMonitorAsync("figures");
        await fixture.EntryAsync("orders.figures.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync("figures", "a", "127.0.9.1");
        await fixture.CreateInjectedPodAsync("figures", "b", "127.0.9.2");
        await using var first = await SidecarServer.StartAsync("127.0.9.1", Reports.Of("i1", 1, 100, errors: 2));
        await using (var second = await SidecarServer.StartAsync("127.0.9.2", Reports.Of("i2", 1, 50, apiKey: 1)))
        {
            await StatusAsync("figures", s => s.Pods is { Reporting: 2, Injected: 2, Selected: 2 } && Requests(s, 0) == 100 && Requests(s, 1) == 50);

            second.Report = Reports.Of("i2", 2, 80, apiKey: 1, uptime: 11);
            first.Report = Reports.Of("i3", 1, 7);
            await StatusAsync("figures", s => Requests(s, 0) == 107 && Requests(s, 1) == 80);
        }
        var silent = await StatusAsync("figures", s => s.Pods is { Unreachable: 1, Reporting: 1 } && s.Unreachable is ["b"]);
        Assert.Equal(80, Requests(silent, 1));
        Assert.Equal("False", silent.Conditions!.Single(c => c.Type == "Ready").Status);

        await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "b", "figures", new DeleteOptions { GracePeriodSeconds = 0 });
        var gone = await StatusAsync("figures", s => s.Pods is { Selected: 1, Reporting: 1, Unreachable: 0 });
        Assert.Equal((107, 80), (Requests(gone, 0), Requests(gone, 1)));
        Assert.Equal("True", gone.Conditions!.Single(c => c.Type == "Ready").Status);
        Assert.Equal("1/1", gone.Summary!.Pods);
        Assert.Equal("9-11", gone.ApiKeys!.Single(a => a.ApiKey == 0).Versions);
        Assert.Equal(2, gone.Errors!.Single().Count);
        var table = await fixture.Kubectl.RunAsync(null, "get", "kafkamonitors", "-n", "figures");
        Assert.Contains("1/1", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progressing_BecameFalse_PodsOfTheMonitorAreInjected()
    {
        await fixture.ApplyMonitorAsync("waits");
        await fixture.Kubectl.RunAsync(null, "wait", "-n", "waits", "--for=condition=Progressing=false", "kafkamonitor/orders", "--timeout=30s");

        var pod = await fixture.CreatePodAsync("waits", "first", "enabled", hostNetwork: false, labels: null);

        Assert.Equal("orders", pod["metadata"]!["labels"]![WellKnownNames.MonitorLabel]!.ToString());
        Assert.Equal("kafkamesh-proxy", pod["spec"]!["initContainers"]![1]!["name"]!.ToString());
    }

    [Fact]
    public async Task AccessKey_InjectedPod_HasThePublicHalfOfTheSecretsKey()
    {
        await fixture.ApplyMonitorAsync("access");
        await fixture.Kubectl.RunAsync(null, "wait", "-n", "access", "--for=condition=Progressing=false", "kafkamonitor/orders", "--timeout=30s");

        var pod = await fixture.CreatePodAsync("access", "first", "enabled", hostNetwork: false, labels: null);

        var secret = await fixture.Admin.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, WellKnownNames.SystemNamespace);
        var pem = Encoding.UTF8.GetString(Convert.FromBase64String(secret!["data"]!["access.key"]!.ToString()));
        using var signer = AccessTokenSigner.FromPem(pem);
        var environment = pod["spec"]!["initContainers"]![1]!["env"]!.AsArray().ToDictionary(v => v!["name"]!.ToString(), v => v!);
        Assert.Equal(signer.PublicKey, environment["KAFKAMESH_ACCESS_KEY"]["value"]!.ToString());
        Assert.Equal("metadata.uid", environment["KAFKAMESH_POD_UID"]["valueFrom"]!["fieldRef"]!["fieldPath"]!.ToString());
        Assert.DoesNotContain("PRIVATE", pod.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_SkippedAndLatePods_AreCountedWithReason()
    {
        await fixture.CreateNamespaceAsync("skips");
        await fixture.CreatePodAsync("skips", "early", "enabled", hostNetwork: false, labels: null);
        await fixture.ApplyMonitorAsync("skips");
        await fixture.CreatePodAsync("skips", "host", "enabled", hostNetwork: true, labels: new JsonObject { [WellKnownNames.SkippedLabel] = "host-network" });
        await fixture.CreatePodAsync("skips", "silent", annotation: null, hostNetwork: false, labels: null);

        // The pods may be counted before the webhook's entry is known.
        var status = await StatusAsync("skips", s => s.Pods is { Selected: 2, Skipped: 1, Injected: 0 } && s.Conditions?.Any(c => c is { Type: "Progressing", Reason: "Registering" }) == false);

        Assert.Equal(new SkippedPods { Reason = "host-network", Count = 1, Example = "host" }, Assert.Single(status.Skipped!));
        Assert.Equal("PodsWithoutSidecar", status.Conditions!.Single(c => c.Type == "Progressing").Reason);
        Assert.Equal("PodsSkipped", status.Conditions!.Single(c => c.Type == "Degraded").Reason);
        await fixture.UntilAsync("event", async () =>
            (await fixture.Admin.ListAsync(BuiltInEntities.Events, "skips")).Items.Any(e => e.Reason == "KafkaSidecarSkipped" && e.InvolvedObject?.Name == "host"));
    }

    // kubectl looks for events by the uid of what it describes.
    [Fact]
    public async Task Events_SkippedPodOfADeployment_AreShownWhereItIsDescribed()
    {
        const string Template = """{"selector": {"matchLabels": {"app": "orders"}}, "template": {"metadata": {"labels": {"app": "orders"}}, "spec": {"containers": [{"name": "main", "image": "main:1"}]}}}""";
        await fixture.ApplyMonitorAsync("described");
        var deployment = await CreateAsync("Deployment", "orders", owner: null, $$"""{"replicas": 0, {{Template[1..]}}""");
        var set = await CreateAsync("ReplicaSet", "orders-6d4f", deployment, $$"""{"replicas": 0, {{Template[1..]}}""");
        await fixture.CreatePodAsync("described", "orders-6d4f-1", "enabled", hostNetwork: true, labels: new JsonObject { [WellKnownNames.SkippedLabel] = "host-network" }, owner: set);

        foreach (var described in (string[])["deployment/orders", "replicaset/orders-6d4f", "pod/orders-6d4f-1"])
        {
            await fixture.UntilAsync($"an event of {described}", async () =>
                (await fixture.Kubectl.RunAsync(null, "describe", "-n", "described", described)).Contains("has no Kafka sidecar (host-network)", StringComparison.Ordinal));
        }

        async Task<JsonObject> CreateAsync(string kind, string name, JsonObject? owner, string spec)
        {
            var metadata = new JsonObject { ["name"] = name, ["namespace"] = "described" };
            if (owner is not null)
                metadata["ownerReferences"] = new JsonArray(owner);
            var type = EntityType.Raw(new EntityMetadata(kind, "v1", "apps", kind.ToLowerInvariant() + "s"));
            var made = await fixture.Admin.CreateAsync(type, new JsonObject { ["metadata"] = metadata, ["spec"] = JsonNode.Parse(spec) });
            return new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = kind, ["name"] = name, ["uid"] = made["metadata"]!["uid"]!.ToString(), ["controller"] = true };
        }
    }

    [Fact]
    public async Task Roles_WhileAllThisRuns_RefuseNothing()
    {
        await fixture.ApplyMonitorAsync("roles");
        await StatusAsync("roles", s => s.Conditions is { Count: 4 });

        // A status of its own, not the digits of a port.
        Assert.DoesNotContain(fixture.Log, line => Regex.IsMatch(line, @"\b403\b") || line.Contains("is forbidden", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(fixture.Log, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Fatal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_Idle_IsNotWrittenAgain()
    {
        await fixture.ApplyMonitorAsync("idle");
        await StatusAsync("idle", s => s.Conditions?.Any(c => c is { Type: "Progressing", Reason: "UpToDate" }) == true); // a first one may say that it is being registered
        var before = (await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "idle"))!["metadata"]!["resourceVersion"]!.ToString();

        // Several collections of another monitor pass, at the same interval.
        await fixture.ApplyMonitorAsync("clock");
        await fixture.CreateInjectedPodAsync("clock", "a", "127.0.9.3");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.3", Reports.Of("c1", 1, 1));
        await fixture.UntilAsync("four collections", () => Task.FromResult(sidecar.Reads >= 4));

        Assert.Equal(before, (await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "idle"))!["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task Status_OperatorRestartsWhilePodsGo_ContinuesExactly()
    {
        await fixture.ApplyMonitorAsync("restarts");
        await fixture.EntryAsync("orders.restarts.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync("restarts", "stays", "127.0.9.5");
        await fixture.CreateInjectedPodAsync("restarts", "goes", "127.0.9.6");
        await using var stays = await SidecarServer.StartAsync("127.0.9.5", Reports.Of("r1", 1, 10));
        await using var goes = await SidecarServer.StartAsync("127.0.9.6", Reports.Of("r2", 1, 1000));
        await StatusAsync("restarts", s => Requests(s, 0) == 1010);

        await fixture.RestartOperatorAsync(async () =>
        {
            await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "goes", "restarts", new DeleteOptions { GracePeriodSeconds = 0 });
            stays.Report = Reports.Of("r1", 2, 15);
        });

        await StatusAsync("restarts", s => s.Pods is { Selected: 1, Reporting: 1 } && Requests(s, 0) == 1015);
        Assert.NotEmpty(await fixture.Kubectl.RunAsync(null, "get", "configmap", "kafkamesh-ledger-orders", "-n", "restarts", "-o", "name"));
    }

    [Fact]
    public async Task Status_DrainingPod_IsReadUntilItsFinalReport()
    {
        // An interval that would miss a pod that ends.
        await fixture.ApplyMonitorAsync("drains", intervalSeconds: 300);
        await fixture.EntryAsync("orders.drains.inject.kafkamesh.io");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.4", Reports.Of("d1", 1, 1));
        await fixture.CreateInjectedPodAsync("drains", "job", "127.0.9.4");
        var ended = JsonNode.Parse("""{"status":{"containerStatuses":[{"name":"main","image":"m","imageID":"m","ready":false,"restartCount":0,"state":{"terminated":{"exitCode":0}}}]}}""")!;
        await fixture.Admin.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(ended.AsObject()), "job", "drains", new WriteOptions { Subresource = "status" });
        await fixture.UntilAsync("drain read twice", () => Task.FromResult(sidecar.Reads >= 2));

        sidecar.Report = Reports.Of("d1", 2, 42) with { Draining = true, Final = true };
        await StatusAsync("drains", s => Requests(s, 0) == 42);
        var reads = sidecar.Reads;
        await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "job", "drains", new DeleteOptions { GracePeriodSeconds = 0 });
        Assert.InRange(sidecar.Reads, reads, reads + 1);
    }

    private static long? Requests(KafkaMonitorStatus status, int apiKey) => status.ApiKeys?.FirstOrDefault(a => a.ApiKey == apiKey)?.Requests;

    private async Task<KafkaMonitorStatus> StatusAsync(string namespaceName, Func<KafkaMonitorStatus, bool> condition)
    {
        KafkaMonitorStatus? last = null;
        long shown = 0;
        await fixture.UntilAsync($"status of {namespaceName}", async () =>
        {
            last = MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, "orders", namespaceName))!);
            var total = last?.ApiKeys?.Sum(a => a.Requests) ?? 0;
            Assert.True(total >= shown, $"{total} after {shown}");
            shown = total;
            return last is not null && condition(last);
        });
        return last!;
    }
}
