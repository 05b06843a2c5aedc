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
        await fixture.CreateInjectedPodAsync("switch", "before", "127.0.9.21");

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
        await fixture.CreateInjectedPodAsync("switch", "after", "127.0.9.22");
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
