using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>KM6xx to KM9xx, each produced by a namespace that is broken on purpose.</summary>
public sealed class MonitorFindingsTests(DoctorFixture fixture) : IClassFixture<DoctorFixture>
{
    [Fact]
    public async Task Namespace_ThatForbidsOrSwitchesOff_IsSaidWithTheWayOut()
    {
        await MonitorAsync("spaces");
        await fixture.Kubectl.RunAsync(null, "label", "namespace", "spaces", "pod-security.kubernetes.io/enforce=baseline", $"{WellKnownNames.InjectAnnotation}=enabled");
        await fixture.Kubectl.RunAsync(null, "annotate", "namespace", "spaces", $"{WellKnownNames.InjectAnnotation}=disabled");

        var report = await fixture.CheckAsync("spaces");
        report.Says(CheckCodes.PodSecurity, Verdict.Warning, "it enforces Pod Security baseline, which forbids NET_ADMIN for the init container: pods of orders are left as they are", "namespace/spaces");
        report.Says(CheckCodes.KillSwitch, Verdict.Warning, "the namespace says kafkamesh.io/inject: disabled");
        report.Says(CheckCodes.Annotations, Verdict.Warning, "has kafkamesh.io/inject as a label, which nobody reads");
        report.Says(CheckCodes.Probe, Verdict.Ok, "the injector answered");

        await fixture.Kubectl.RunAsync(null, "label", "namespace", "spaces", "pod-security.kubernetes.io/enforce-", $"{WellKnownNames.InjectAnnotation}-");
        await fixture.Kubectl.RunAsync(null, "annotate", "namespace", "spaces", $"{WellKnownNames.InjectAnnotation}=true", "--overwrite");
        report = await fixture.CheckAsync("spaces");
        report.Says(CheckCodes.Annotations, Verdict.Warning, "says kafkamesh.io/inject: true, which counts as silence");
        Assert.Equal((Verdict.Ok, Verdict.Ok), (report.Of(CheckCodes.PodSecurity).Verdict, report.Of(CheckCodes.KillSwitch).Verdict));
    }

    [Fact]
    public async Task Monitor_ThatCannotBeUsed_IsAnError()
    {
        await MonitorAsync("invalid");
        await PatchAsync("invalid", """{"spec":{"forward":[{"listen":9092,"target":"kafka:9092"}]}}""");

        (await fixture.CheckAsync("invalid")).Says(CheckCodes.MonitorSpec, Verdict.Error, "spec.forward: only used with capture None", "kafkamonitor/invalid/orders");
        Assert.Equal(2, (await fixture.CheckAsync("invalid")).ExitCode);
    }

    [Fact]
    public async Task Monitor_WithoutPodsThatAreItsOwn_IsSaid()
    {
        await MonitorAsync("selects");
        (await fixture.CheckAsync("selects")).Says(CheckCodes.Selection, Verdict.Warning, "its selector matches no pod of its namespace", "kafkamonitor/selects/orders");

        await fixture.CreatePodAsync("selects", "silent", annotation: null, hostNetwork: false, labels: null);
        (await fixture.CheckAsync("selects")).Says(CheckCodes.Selection, Verdict.Warning, "matches 1 pod, and neither it nor the namespace says kafkamesh.io/inject: enabled");

        var pod = await fixture.CheckPodAsync("selects", "silent");
        pod.Says(CheckCodes.PodWanted, Verdict.Warning, "KafkaMonitor orders selects it, but neither it nor its namespace says kafkamesh.io/inject: enabled");
        pod.Says(CheckCodes.PodCarries, Verdict.Ok, "it carries no sidecar, as decided");
        (await fixture.CheckPodAsync("selects", "nobody")).Says(CheckCodes.PodExists, Verdict.Error, "there is no pod nobody in namespace selects");
    }

    [Fact]
    public async Task Monitor_InANamespaceThatTheOperatorProtects_IsSaid()
    {
        await MonitorAsync("vault");
        await fixture.CreatePodAsync("vault", "wanted", "enabled", hostNetwork: false, labels: null);
        await fixture.Kubectl.RunAsync(null, "-n", "kafkamesh-system", "set", "env", "deployment/kafkamesh-operator", "KAFKAMESH_PROTECTED_NAMESPACES=storage,vault");
        try
        {
            (await fixture.CheckAsync("vault")).Says(CheckCodes.MonitorSpec, Verdict.Error, "nothing is injected in namespace vault", "kafkamonitor/vault/orders");
            (await fixture.CheckPodAsync("vault", "wanted")).Says(CheckCodes.PodWanted, Verdict.Warning, "nothing is ever injected in namespace vault");
        }
        finally
        {
            await fixture.Kubectl.RunAsync(null, "-n", "kafkamesh-system", "set", "env", "deployment/kafkamesh-operator", "KAFKAMESH_PROTECTED_NAMESPACES=");
        }
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("vault")).Of(CheckCodes.MonitorSpec).Verdict);
    }

    [Fact]
    public async Task Pod_WhileInjectionIsOffForTheCluster_IsToldWhoSaysSo()
    {
        await MonitorAsync("switched");
        await fixture.CreatePodAsync("switched", "wanted", "enabled", hostNetwork: false, labels: null);
        await fixture.Kubectl.RunAsync(null, "annotate", "namespace", "kafkamesh-system", "kafkamesh.io/inject=disabled");
        try
        {
            (await fixture.CheckAsync("switched")).Says(CheckCodes.Switch, Verdict.Warning, "namespace kafkamesh-system says kafkamesh.io/inject: disabled: no pod of the cluster gets a sidecar");
            (await fixture.CheckPodAsync("switched", "wanted")).Says(
                CheckCodes.PodWanted, Verdict.Warning, "cannot have the sidecar (disabled): injection is switched off for the whole cluster: namespace kafkamesh-system says kafkamesh.io/inject: disabled");
        }
        finally
        {
            await fixture.Kubectl.RunAsync(null, "annotate", "namespace", "kafkamesh-system", "kafkamesh.io/inject-");
        }
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("switched")).Of(CheckCodes.Switch).Verdict);
    }

    [Fact]
    public async Task Namespace_WhoseQuotaWouldRefuseSidecars_IsSaidAlsoForAPodThatIsNotThere()
    {
        await MonitorAsync("quota");
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("quota")).Of(CheckCodes.Room).Verdict);

        // Every container must name a limit of CPU then: the sidecar does when the application's containers do.
        await QuotaAsync("""{"limits.cpu": "4"}""", "{}");
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("quota")).Of(CheckCodes.Room).Verdict);

        await QuotaAsync("""{"limits.cpu": "4"}""", """{"limits.cpu": "3600m"}""");
        const string Demanded = "pods with the sidecar of orders are refused: of limits.cpu the ResourceQuota compute grants 4, of which 3600m is used, and the sidecar takes 500m";
        (await fixture.CheckAsync("quota")).Says(CheckCodes.Room, Verdict.Warning, Demanded, "namespace/quota");
        (await fixture.CheckPodAsync("quota", "never")).Says(CheckCodes.Room, Verdict.Warning, Demanded, "namespace/quota");

        await PatchAsync("quota", """{"spec":{"sidecar":{"resources":{"limits":{"cpu":"100m"}}}}}""");
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("quota")).Of(CheckCodes.Room).Verdict);

        await QuotaAsync("""{"requests.memory": "1Gi"}""", """{"requests.memory": "1000Mi"}""");
        (await fixture.CheckAsync("quota")).Says(CheckCodes.Room, Verdict.Warning, "of requests.memory the ResourceQuota compute grants 1Gi, of which 1000Mi is used, and the sidecar takes 32Mi");

        await QuotaAsync("""{"requests.memory": "1Gi"}""", """{"requests.memory": "992Mi"}""");
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("quota")).Of(CheckCodes.Room).Verdict);

        await LimitRangeAsync("""{"type": "Pod", "max": {"memory": "48Mi"} }""");
        (await fixture.CheckAsync("quota")).Says(CheckCodes.Room, Verdict.Warning, "no pod gets a sidecar of orders (limit-range): a LimitRange of type Pod grants 48Mi of memory, which leaves too little");

        await LimitRangeAsync("""{"type": "Pod", "max": {"memory": "64Mi"} }""");
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("quota")).Of(CheckCodes.Room).Verdict);
    }

    [Fact]
    public async Task Namespace_WhoseLimitRangeNamesADefault_SatisfiesItsQuota()
    {
        await MonitorAsync("default-limit");
        await QuotaAsync("""{"limits.cpu": "4"}""", "{}", "default-limit");
        await LimitRangeAsync("""{"type": "Container", "default": {"cpu": "500m"} }""", "default-limit");

        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("default-limit")).Of(CheckCodes.Room).Verdict);

        await QuotaAsync("""{"limits.cpu": "4"}""", """{"limits.cpu": "3600m"}""", "default-limit");
        (await fixture.CheckAsync("default-limit")).Says(CheckCodes.Room, Verdict.Warning, "of limits.cpu the ResourceQuota compute grants 4, of which 3600m is used, and the sidecar takes 500m");
    }

    [Fact]
    public async Task Pod_ThatNoMonitorSelects_IsToldTheLabelsThatDiffer()
    {
        await MonitorAsync("differs");
        await fixture.Kubectl.RunAsync(null, "run", "other", "-n", "differs", "--image=main:1", "--labels=app=payments", "--restart=Never");

        var finding = (await fixture.CheckPodAsync("differs", "other")).Of(CheckCodes.PodWanted);
        Assert.Equal("no KafkaMonitor of its namespace selects its labels", finding.Message);
        Assert.Equal("Its labels are app=payments; the selector of orders asks for app=orders.", finding.Advice);

        await fixture.CreateNamespaceAsync("bare");
        await fixture.CreatePodAsync("bare", "p", "enabled", hostNetwork: false, labels: null);
        Assert.Equal("There is no KafkaMonitor in its namespace: apply one there.", (await fixture.CheckPodAsync("bare", "p")).Of(CheckCodes.PodWanted).Advice);
    }

    [Fact]
    public async Task Pods_EarlySkippedAndContested_AreEachExplained()
    {
        await fixture.CreateNamespaceAsync("states");
        await fixture.CreatePodAsync("states", "early", "enabled", hostNetwork: false, labels: null);
        await MonitorAsync("states");
        await fixture.UntilAsync("skipped", async () => (await fixture.CreatePodAsync("states", $"host-{Guid.NewGuid():N}", "enabled", hostNetwork: true, labels: null))["metadata"]!["labels"]![WellKnownNames.SkippedLabel] is not null);
        await fixture.Kubectl.RunAsync(
            """
            apiVersion: kafkamesh.io/v1alpha1
            kind: KafkaMonitor
            metadata: {name: younger, namespace: states}
            spec: {selector: {matchLabels: {app: orders}}, report: {intervalSeconds: 1}}
            """,
            "apply", "-f", "-");

        var report = await fixture.CheckAsync("states");
        report.Says(CheckCodes.MissingSidecars, Verdict.Warning, "pod early started without the sidecar", "kafkamonitor/states/orders");
        report.Says(CheckCodes.Skipped, Verdict.Warning, "was left as it is: host-network", "kafkamonitor/states/orders");
        report.Says(CheckCodes.Conflict, Verdict.Warning, "belong to the older KafkaMonitor orders", "kafkamonitor/states/younger");
        report.Says(CheckCodes.Conflict, Verdict.Ok, "no older monitor wants its pods", "kafkamonitor/states/orders");

        var early = await fixture.CheckPodAsync("states", "early");
        early.Says(CheckCodes.PodWanted, Verdict.Ok, "KafkaMonitor orders wants it");
        Assert.Contains("KafkaMonitor orders", early.Of(CheckCodes.PodCarries).Message, StringComparison.Ordinal);
        Assert.Equal(Verdict.Warning, early.Of(CheckCodes.PodCarries).Verdict);
        Assert.Equal("Nobody makes the pod anew: delete it and create it again.", early.Of(CheckCodes.PodCarries).Advice);
        var host = (await fixture.Admin.ListAsync(BuiltInEntities.Pods, "states")).Items.Select(p => p["metadata"]!["name"]!.ToString()).Last(n => n.StartsWith("host-", StringComparison.Ordinal));
        (await fixture.CheckPodAsync("states", host)).Says(CheckCodes.PodWanted, Verdict.Warning, "cannot have the sidecar (host-network)");
    }

    [Fact]
    public async Task Sidecars_SilentOutdatedAndOld_AreEachSaid()
    {
        await MonitorAsync("sidecars");
        await fixture.CreateInjectedPodAsync("sidecars", "a", "127.0.9.81");
        await fixture.UntilAsync("unreachable", async () => (await fixture.CheckAsync("sidecars")).Findings.Any(f => f.Check == CheckCodes.Unreachable && f.Verdict == Verdict.Warning));
        (await fixture.CheckAsync("sidecars")).Says(CheckCodes.Unreachable, Verdict.Warning, "1 sidecar does not answer the operator: a");

        await PatchAsync("sidecars", """{"spec":{"ports":[9092,9094]}}""");
        (await fixture.CheckAsync("sidecars")).Says(CheckCodes.Outdated, Verdict.Warning, "pod a carries a sidecar of an older configuration");
        (await fixture.CheckPodAsync("sidecars", "a")).Says(CheckCodes.PodCarries, Verdict.Warning, "it carries an outdated sidecar: of orders, generation 1");
        await PatchAsync("sidecars", """{"spec":{"ports":[9092]}}""");
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync("sidecars")).Of(CheckCodes.Outdated).Verdict);

        await fixture.PatchStatusAsync("sidecars", "a", """{"initContainerStatuses": [{"name": "kafkamesh-init", "image": "i", "imageID": "", "ready": false, "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"} } }]}""");
        (await fixture.CheckAsync("sidecars")).Says(CheckCodes.SidecarRuns, Verdict.Error, "kafkamesh-init: CrashLoopBackOff", "pod/sidecars/a");
        (await fixture.CheckPodAsync("sidecars", "a")).Says(CheckCodes.SidecarRuns, Verdict.Error, "kafkamesh-init: CrashLoopBackOff", "pod/sidecars/a");

        await fixture.ChangeAsync(BuiltInEntities.Pods, "a", "sidecars", p =>
            p["metadata"]!["annotations"]![WellKnownNames.StatusAnnotation] = p["metadata"]!["annotations"]![WellKnownNames.StatusAnnotation]!.ToString().Replace("\"version\":\"0.1.0\"", "\"version\":\"0.0.9\"", StringComparison.Ordinal));
        (await fixture.CheckAsync("sidecars")).Says(CheckCodes.SidecarVersion, Verdict.Warning, "1 pod carries a sidecar of another version (0.0.9) than the operator's 0.1.0: sidecars/a");

        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", "sidecars");
        (await fixture.CheckAsync("sidecars")).Says(CheckCodes.Orphans, Verdict.Warning, "1 pod carries a sidecar of no KafkaMonitor: sidecars/a");
        (await fixture.CheckPodAsync("sidecars", "a")).Says(CheckCodes.PodCarries, Verdict.Warning, "it carries the sidecar of KafkaMonitor orders, which would not be injected today");
    }

    [Fact]
    public async Task Status_OldStuckOrWithoutKafka_IsSaid()
    {
        await MonitorAsync("figures");
        await fixture.CreateInjectedPodAsync("figures", "a", "127.0.9.82");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.82", Reports.Of("t1", 1, 10) with { Connections = [new ConnectionStats { Direction = "outbound", Protocol = "tls", Open = 3, Total = 3 }] });
        await fixture.UntilAsync("tls", async () => MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, "orders", "figures"))!)?.Connections?.Tls == 3);
        (await fixture.CheckAsync("figures")).Says(CheckCodes.Decoded, Verdict.Warning, "0 connections are Kafka, 3 TLS, 0 something else");

        var clock = new OffsetTimeProvider { Offset = TimeSpan.FromMinutes(10) };
        (await fixture.CheckAsync("figures", clock)).Says(CheckCodes.MonitorStatus, Verdict.Warning, "its figures are ");
        (await fixture.CheckAsync("figures")).Says(CheckCodes.MonitorStatus, Verdict.Ok, "its status is about the current spec");

        await PatchAsync("figures", """{"spec":{"ports":[9093],"rollout":{"strategy":"Restart"}}}""");
        await fixture.UntilAsync("stuck", async () => (await fixture.CheckAsync("figures")).Findings.Any(f => f.Check == CheckCodes.Rollout && f.Verdict == Verdict.Warning));
        (await fixture.CheckAsync("figures")).Says(CheckCodes.Rollout, Verdict.Warning, "Pod a has no owner that would replace it");
    }

    [Fact]
    public async Task Status_ThatNobodyWrites_IsAnErrorAfterAWhile()
    {
        await fixture.RestartOperatorAsync(async () =>
        {
            await fixture.ApplyMonitorAsync("unwritten");
            (await fixture.CheckAsync("unwritten")).Says(CheckCodes.MonitorStatus, Verdict.Ok, "it is too young to have a status");
            (await fixture.CheckAsync("unwritten", new OffsetTimeProvider { Offset = TimeSpan.FromMinutes(1) })).Says(CheckCodes.MonitorStatus, Verdict.Error, "nobody has written its status");
            await fixture.CreatePodAsync("unwritten", "p", "enabled", hostNetwork: false, labels: null);
            (await fixture.CheckPodAsync("unwritten", "p")).Says(CheckCodes.PodAsked, Verdict.Error, "no webhook entry serves KafkaMonitor orders");
        });
    }

    private async Task MonitorAsync(string space)
    {
        await fixture.ApplyMonitorAsync(space);
        await fixture.EntryAsync($"orders.{space}.inject.kafkamesh.io");
    }

    private Task<string> PatchAsync(string space, string patch) => fixture.Kubectl.RunAsync(null, "patch", "kafkamonitor", "orders", "-n", space, "--type=merge", "-p", patch);

    // With the state that the quota controller would write.
    private async Task QuotaAsync(string hard, string used, string space = "quota")
    {
        await fixture.Kubectl.RunAsync(null, "delete", "resourcequota", "compute", "-n", space, "--ignore-not-found");
        await fixture.Kubectl.RunAsync(
            $$"""{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "compute", "namespace": "{{space}}"}, "spec": {"hard": {{hard}} } }""", "create", "-f", "-");
        await fixture.Admin.PatchAsync(
            EntityType.Raw(new EntityMetadata("ResourceQuota", "v1", "", "resourcequotas")), V1Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["hard"] = JsonNode.Parse(hard), ["used"] = JsonNode.Parse(used) } }),
            "compute", space, new WriteOptions { Subresource = "status" });
    }

    private Task LimitRangeAsync(string item, string space = "quota") => fixture.Kubectl.RunAsync(
        $$"""{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "bounds", "namespace": "{{space}}"}, "spec": {"limits": [{{item}}]} }""", "apply", "-f", "-");
}
