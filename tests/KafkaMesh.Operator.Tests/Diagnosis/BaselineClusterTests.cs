using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>A cluster that forbids NET_ADMIN where a namespace has no label: pods are harmed until the operator is told, and the diagnosis says so.</summary>
public sealed class BaselineClusterTests(BaselineClusterFixture fixture) : IClassFixture<BaselineClusterFixture>
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
    public async Task Pods_OfANamespaceWithoutLabel_AreLeftAloneOnceTheOperatorIsTold()
    {
        await fixture.ApplyMonitorAsync("bare");
        await fixture.EntryAsync("orders.bare.inject.kafkamesh.io");

        await UntoldAsync();
        await fixture.RestartOperatorAsync(async () =>
        {
            fixture.Told = "baseline";
            await SetOnTheDeploymentAsync("baseline");
        });
        await fixture.TrustingClientAsync();
        await ToldAsync();

        // The namespace's own word goes before the default.
        await fixture.Kubectl.RunAsync(null, "label", "namespace", "bare", "pod-security.kubernetes.io/enforce=privileged");
        await fixture.CreateInjectedPodAsync("bare", "allowed", "127.0.11.91");
        var report = await fixture.CheckAsync("bare");
        report.Says(CheckCodes.PodSecurity, Verdict.Ok, "Pod Security admits the init container", "namespace/bare");
        report.Says(CheckCodes.Probe, Verdict.Ok, "the injector answered for namespace bare");
    }

    private async Task UntoldAsync()
    {
        await fixture.UntilAsync("the operator injects", async () => await RefusalAsync() is not null);
        Assert.Contains("violates PodSecurity \"baseline:latest\": non-default capabilities (container \"kafkamesh-init\" must not include \"NET_ADMIN\"", await RefusalAsync(), StringComparison.Ordinal);

        var report = await fixture.CheckAsync("bare");
        const string Words = "the cluster enforces Pod Security baseline by default, which the operator does not know: it injects the init container, and the API server refuses pods of orders because of it";
        report.Says(CheckCodes.PodSecurity, Verdict.Error, Words, "namespace/bare");
        Assert.Contains("--default-pod-security=baseline (KAFKAMESH_DEFAULT_POD_SECURITY; defaultPodSecurity of the chart)", report.Of(CheckCodes.PodSecurity).Advice, StringComparison.Ordinal);
        report.Says(CheckCodes.Probe, Verdict.Ok, "the injector answered for namespace bare, and Pod Security refused the pod (KM601): ");
        Assert.Single(report.Findings, f => f.Check == CheckCodes.PodSecurity && f.Subject == "namespace/bare");
        Assert.Equal(2, report.ExitCode);

        // The pod that people miss is not there: that is why they ask.
        (await fixture.CheckPodAsync("bare", "gone")).Says(CheckCodes.PodSecurity, Verdict.Error, Words, "namespace/bare");
    }

    private async Task ToldAsync()
    {
        const string Why = "has no Pod Security label, and the cluster's default is baseline (--default-pod-security), which forbids NET_ADMIN for the init container";
        var (code, _, errors) = await fixture.Kubectl.TryRunAsync(Pod, "-n", "bare", "create", "-f", "-");
        Assert.Equal(0, code);
        Assert.Contains($"pod by-hand gets no Kafka sidecar (pod-security): namespace bare {Why}; capture: None needs none", errors, StringComparison.Ordinal);
        var pod = (await fixture.Admin.GetAsync(BuiltInEntities.Pods, "by-hand", "bare"))!;
        Assert.Equal(SkipReason.PodSecurity, pod["metadata"]!["labels"]![WellKnownNames.SkippedLabel]!.ToString());
        Assert.Null(pod["spec"]!["initContainers"]);
        Assert.Equal("main", Assert.Single(pod["spec"]!["containers"]!.AsArray())!["name"]!.ToString());

        // Status and dashboard say the same, where people look without asking.
        string? condition = null;
        await fixture.UntilAsync("the status tells", async () =>
        {
            var degraded = MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "bare"))!)?.Conditions?.FirstOrDefault(c => c.Type == "Degraded");
            condition = degraded?.Message;
            return degraded?.Reason == "PodsSkipped";
        });
        Assert.Equal($"Selected pod by-hand could not be injected (pod-security). Its namespace {Why}.", condition);
        using var browser = new HttpClient();
        var page = JsonNode.Parse(await browser.GetStringAsync(new Uri($"http://127.0.0.1:{fixture.Process.Dashboard!.Port}/api/v1/namespaces/bare/monitors/orders")))!;
        Assert.StartsWith($"Its namespace {Why}. Label the namespace", Assert.Single(page["podList"]!.AsArray())!["reasonText"]!.ToString(), StringComparison.Ordinal);

        var report = await fixture.CheckAsync("bare");
        report.Says(CheckCodes.PodSecurity, Verdict.Warning, $"it {Why}: pods of orders are left as they are", "namespace/bare");
        report.Says(CheckCodes.Probe, Verdict.Ok, "the injector answered for namespace bare");
        (await fixture.CheckPodAsync("bare", "by-hand")).Says(CheckCodes.PodWanted, Verdict.Warning, $"cannot have the sidecar (pod-security): namespace bare {Why}");

        var (_, manifest, inject) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "-n", "bare", "--cluster", "--kubeconfig", fixture.KubeconfigPath);
        Assert.Equal(Pod, manifest);
        Assert.Contains($"not injected (pod-security): namespace bare {Why}", inject, StringComparison.Ordinal);
    }

    private Task<string> SetOnTheDeploymentAsync(string level) =>
        fixture.Kubectl.RunAsync(null, "-n", WellKnownNames.SystemNamespace, "set", "env", "deployment/kafkamesh-operator", $"KAFKAMESH_DEFAULT_POD_SECURITY={level}");

    // Why the API server makes no such pod; null when it makes one, which is deleted again.
    private async Task<string?> RefusalAsync()
    {
        try
        {
            await fixture.CreatePodAsync("bare", "wanted", "enabled", hostNetwork: false, labels: null);
            await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "wanted", "bare", new DeleteOptions { GracePeriodSeconds = 0 });
            return null;
        }
        catch (ApiException error) when (error.StatusCode == HttpStatusCode.Forbidden)
        {
            return error.Message;
        }
    }
}
