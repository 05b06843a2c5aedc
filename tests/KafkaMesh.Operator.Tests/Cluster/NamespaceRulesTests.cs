using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>What namespaces say about sidecars takes effect while the operator runs: LimitRanges, and the switch of the whole cluster.</summary>
public sealed class NamespaceRulesTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: by-hand
          labels: {app: orders}
          annotations: {kafkamesh.io/inject: enabled}
        spec:
          containers:
          - {name: main, image: "main:1"}

        """;

    [Fact]
    public async Task Switch_OfTheWholeCluster_TakesEffectWithinSecondsAndBack()
    {
        await fixture.ApplyMonitorAsync("switch", intervalSeconds: 300);
        await fixture.Kubectl.RunAsync(null, "wait", "-n", "switch", "--for=condition=Progressing=false", "kafkamonitor/orders", "--timeout=30s");
        await fixture.CreateInjectedPodAsync("switch", "before", "127.0.11.21");

        await fixture.Kubectl.RunAsync(null, "annotate", "namespace", WellKnownNames.SystemNamespace, "kafkamesh.io/inject=disabled");
        try
        {
            var reasons = await ReasonsAsync(r => r.Degraded == "InjectionDisabled");
            Assert.Equal(("InjectionDisabled", "False"), (reasons.Progressing, reasons.ProgressingStatus));
            var pod = await fixture.CreatePodAsync("switch", "during", "enabled", hostNetwork: false, labels: null);
            Assert.Equal(SkipReason.Disabled, pod["metadata"]!["labels"]![WellKnownNames.SkippedLabel]!.ToString());
            Assert.Null(pod["spec"]!["initContainers"]);
            Assert.Contains("kafkamesh_operator_admissions_total{decision=\"skipped\",reason=\"disabled\"} 1", (await fixture.GetAsync("/metrics")).Body, StringComparison.Ordinal);
            Assert.NotEmpty(await fixture.EntriesAsync());

            var (code, manifest, report) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "-n", "switch", "--cluster", "--kubeconfig", fixture.KubeconfigPath);
            Assert.Equal((0, Pod), (code, manifest));
            Assert.Contains("not injected (disabled): injection is switched off for the whole cluster: namespace kafkamesh-system says kafkamesh.io/inject: disabled", report, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Kubectl.RunAsync(null, "annotate", "namespace", WellKnownNames.SystemNamespace, "kafkamesh.io/inject-");
        }

        // The pod that went without is one to restart, and says so no longer as the operator's will.
        var after = await ReasonsAsync(r => r.Degraded != "InjectionDisabled");
        Assert.Equal("PodsWithoutSidecar", after.Progressing);
        await fixture.CreateInjectedPodAsync("switch", "after", "127.0.11.22");
    }

    [Fact]
    public async Task LimitRange_OfTheNamespace_ShapesWhatTheSidecarRequests()
    {
        await fixture.ApplyMonitorAsync("bounded");
        await fixture.Kubectl.RunAsync(
            """
            apiVersion: v1
            kind: LimitRange
            metadata: {name: least, namespace: bounded}
            spec:
              limits:
              - type: Container
                min: {cpu: 50m, memory: 200Mi}
            """,
            "apply", "-f", "-");
        await fixture.EntryAsync("orders.bounded.inject.kafkamesh.io");

        Assert.Equal("""{"cpu":"50m","memory":"200Mi"}""", await RequestsAsync(r => !r.Contains("10m", StringComparison.Ordinal)));

        var (_, manifest, _) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "-n", "bounded", "--cluster", "--kubeconfig", fixture.KubeconfigPath);
        Assert.Equal(4, manifest.Split("memory: 200Mi\n").Length - 1);

        await fixture.Kubectl.RunAsync(null, "delete", "limitrange", "least", "-n", "bounded");
        Assert.Equal("""{"cpu":"10m","memory":"32Mi"}""", await RequestsAsync(r => r.Contains("10m", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LimitRange_OfWholePods_IsKeptByTheSidecarOrThePodGoesWithout()
    {
        await fixture.ApplyMonitorAsync("whole");
        await fixture.Kubectl.RunAsync(
            """
            apiVersion: v1
            kind: LimitRange
            metadata: {name: most, namespace: whole}
            spec:
              limits:
              - type: Pod
                max: {memory: 612Mi}
            """,
            "apply", "-f", "-");
        await fixture.EntryAsync("orders.whole.inject.kafkamesh.io");

        // The API server checks behind the injector: a sidecar of the usual size would be refused there.
        var shrunk = await LimitAsync("512Mi", limit => limit != "128Mi");
        Assert.Equal("104857600", shrunk);
        Assert.Equal("limit-range", await LimitAsync("560Mi", limit => limit.Length > 0));
        var refused = await Assert.ThrowsAsync<ApiException>(() => fixture.Admin.CreateAsync(BuiltInEntities.Pods, PodOf("whole", "620Mi")));
        Assert.Contains("maximum memory usage per Pod is 612Mi, but limit is", refused.Message, StringComparison.Ordinal);
    }

    // Of the sidecar, or why there is none; empty while the pod is refused, which the operator has not seen the LimitRange of.
    private async Task<string> LimitAsync(string memory, Func<string, bool> condition)
    {
        var limit = "";
        await fixture.UntilAsync("the LimitRange is known", async () =>
        {
            try
            {
                var pod = await fixture.Admin.CreateAsync(BuiltInEntities.Pods, PodOf("whole", memory));
                await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "a", "whole", new DeleteOptions { GracePeriodSeconds = 0 });
                var sidecar = (pod["spec"]!["initContainers"] as JsonArray ?? []).FirstOrDefault(c => c!["name"]!.ToString() == WellKnownNames.ProxyContainer);
                limit = sidecar?["resources"]!["limits"]!["memory"]!.ToString() ?? pod["metadata"]!["labels"]![WellKnownNames.SkippedLabel]?.ToString() ?? "";
            }
            catch (ApiException error) when (error.Message.Contains("per Pod is", StringComparison.Ordinal))
            {
                limit = "";
            }
            return limit.Length > 0 && condition(limit);
        });
        return limit;
    }

    private static JsonObject PodOf(string space, string memory) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = "a",
            ["namespace"] = space,
            ["labels"] = new JsonObject { ["app"] = "orders" },
            ["annotations"] = new JsonObject { [WellKnownNames.InjectAnnotation] = "enabled" },
        },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["image"] = "main:1",
                ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = memory } },
            }),
        },
    };

    // Of both our containers; the operator learns of LimitRanges from its watch.
    private async Task<string> RequestsAsync(Func<string, bool> condition)
    {
        var requests = "";
        await fixture.UntilAsync("the LimitRange is known", async () =>
        {
            var pod = await fixture.CreatePodAsync("bounded", "a", "enabled", hostNetwork: false, labels: null);
            await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "a", "bounded", new DeleteOptions { GracePeriodSeconds = 0 });
            var containers = pod["spec"]!["initContainers"] as JsonArray ?? [];
            requests = string.Join(' ', containers.Select(c => c!["resources"]!["requests"]!.ToJsonString()).Distinct());
            return requests.Length > 0 && condition(requests);
        });
        return requests;
    }

    private async Task<(string? Degraded, string? Progressing, string? ProgressingStatus)> ReasonsAsync(Func<(string? Degraded, string? Progressing, string? ProgressingStatus), bool> condition)
    {
        (string? Degraded, string? Progressing, string? ProgressingStatus) reasons = default;
        await fixture.UntilAsync("the conditions", async () =>
        {
            var json = await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "switch");
            var conditions = MonitorReader.ReadStatus(json!)?.Conditions ?? [];
            var progressing = conditions.FirstOrDefault(c => c.Type == "Progressing");
            reasons = (conditions.FirstOrDefault(c => c.Type == "Degraded")?.Reason, progressing?.Reason, progressing?.Status);
            return condition(reasons);
        });
        return reasons;
    }
}
