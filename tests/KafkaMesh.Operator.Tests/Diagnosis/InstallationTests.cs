using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Discovery;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>KM1xx to KM5xx, each produced by a set-up that is broken on purpose and put right again.</summary>
public sealed class InstallationTests(DoctorFixture fixture) : IClassFixture<DoctorFixture>
{
    private const string Space = WellKnownNames.SystemNamespace;
    private static readonly EntityType<JsonObject> ClusterRoles = EntityType.Raw(new EntityMetadata("ClusterRole", "v1", "rbac.authorization.k8s.io", "clusterroles", Namespaced: false));

    [Fact]
    public async Task Check_ClusterWithoutProduct_SaysWhatIsMissing()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Version = new ServerVersion(27) } });
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));

        var report = await fixture.CheckAsync(client: client);

        report.Says(CheckCodes.ApiServer, Verdict.Ok, "Kubernetes v1.27");
        report.Says(CheckCodes.KubernetesVersion, Verdict.Error, "is older than 1.28");
        report.Says(CheckCodes.Definition, Verdict.Error, "there is no CustomResourceDefinition");
        report.Says(CheckCodes.Deployment, Verdict.Error, "there is no Deployment kafkamesh-system/kafkamesh-operator");
        report.Says(CheckCodes.Leader, Verdict.Error, "nobody holds the lease");
        report.Says(CheckCodes.Registration, Verdict.Error, "there is no MutatingWebhookConfiguration");
        report.Says(CheckCodes.Endpoints, Verdict.Error, "there is no Service");
        report.Says(CheckCodes.AuthoritySecret, Verdict.Error, "there is no Secret");
        report.Says(CheckCodes.Grants, Verdict.Error, "the operator may not list kafkamonitors.kafkamesh.io");
    }

    [Theory]
    [InlineData(28, Verdict.Ok)]
    [InlineData(36, Verdict.Ok)]
    [InlineData(37, Verdict.Warning)]
    public async Task Check_KubernetesVersion_IsJudged(int minor, object verdict)
    {
        await using var cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Version = new ServerVersion(minor) } });
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));

        Assert.Equal((Verdict)verdict, (await fixture.CheckAsync(client: client)).Of(CheckCodes.KubernetesVersion).Verdict);
    }

    [Fact]
    public async Task Check_DefinitionOfAnotherVersion_IsNamedByItsFields()
    {
        const string Name = "kafkamonitors.kafkamesh.io";
        var rollout = (JsonNode?)null;
        await fixture.ChangeAsync(BuiltInEntities.CustomResourceDefinitions, Name, null, d =>
        {
            rollout = Properties(d)["rollout"]!.DeepClone();
            Properties(d).Remove("rollout");
        });
        (await fixture.CheckAsync()).Says(CheckCodes.DefinitionVersion, Verdict.Warning, "the definition is older: it lacks .spec.rollout");

        await fixture.ChangeAsync(BuiltInEntities.CustomResourceDefinitions, Name, null, d =>
        {
            Properties(d)["rollout"] = rollout;
            Properties(d)["someday"] = new JsonObject { ["type"] = "string" };
        });
        (await fixture.CheckAsync()).Says(CheckCodes.DefinitionVersion, Verdict.Warning, "the definition is newer: this command line does not know .spec.someday");

        await fixture.ChangeAsync(BuiltInEntities.CustomResourceDefinitions, Name, null, d => Properties(d).Remove("someday"));
        (await fixture.CheckAsync()).Says(CheckCodes.DefinitionVersion, Verdict.Ok, "fields, as in this version");
    }

    [Fact]
    public async Task Check_ReplicasThatAreNotReady_AreCounted()
    {
        await fixture.SetReadyReplicasAsync(1);
        (await fixture.CheckAsync()).Says(CheckCodes.Deployment, Verdict.Warning, "1 of 2 replicas are ready");

        await fixture.SetReadyReplicasAsync(0);
        await fixture.PatchStatusAsync(Space, DoctorFixture.OperatorPod, """{"containerStatuses": [{"name": "operator", "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff"} } }]}""");
        (await fixture.CheckAsync()).Says(CheckCodes.Deployment, Verdict.Error, "none of 2 replicas is ready; pod kafkamesh-operator-1: operator: ImagePullBackOff");

        await fixture.PatchStatusAsync(Space, DoctorFixture.OperatorPod, """{"containerStatuses": null}""");
        await fixture.SetReadyReplicasAsync(2);
        (await fixture.CheckAsync()).Says(CheckCodes.Deployment, Verdict.Ok, "2 of 2 replicas are ready");
    }

    [Fact]
    public async Task Check_EndpointsThatAreNotReady_AreAnError()
    {
        await fixture.ChangeAsync(DoctorFixture.Slices, "kafkamesh-operator-1", Space, s => s["endpoints"]![0]!["conditions"]!["ready"] = false);
        (await fixture.CheckAsync()).Says(CheckCodes.Endpoints, Verdict.Error, "has no ready endpoint");

        await fixture.ChangeAsync(DoctorFixture.Slices, "kafkamesh-operator-1", Space, s => s["endpoints"]![0]!["conditions"]!["ready"] = true);
        (await fixture.CheckAsync()).Says(CheckCodes.Endpoints, Verdict.Ok, "has 1 ready endpoints");
    }

    [Fact]
    public async Task Check_GrantThatIsTakenAway_IsNamed()
    {
        await fixture.ChangeAsync(ClusterRoles, "kafkamesh-operator", null, r => r["rules"]!.AsArray().RemoveAt(1));
        (await fixture.CheckAsync()).Says(CheckCodes.Grants, Verdict.Error, "the operator may not patch kafkamonitors/status.kafkamesh.io");

        await fixture.Kubectl.RunAsync(null, "apply", "-k", Rendered.Folder("rbac"));
        (await fixture.CheckAsync()).Says(CheckCodes.Grants, Verdict.Ok, $"{OperatorGrant.All.Count} grants");
    }

    [Fact]
    public async Task Check_CertificatesThatEnd_AreSeenBeforeAndAfter()
    {
        var clock = new OffsetTimeProvider();
        await fixture.UntilAsync("serving", async () => (await fixture.CheckAsync(time: clock)).Of(CheckCodes.ServingEnd).Verdict == Verdict.Ok);
        (await fixture.CheckAsync(time: clock)).Says(CheckCodes.AuthorityEnd, Verdict.Ok, "the authority ends in 364d");

        clock.Offset = TimeSpan.FromDays(6.5);
        var soon = await fixture.CheckAsync(time: clock);
        soon.Says(CheckCodes.ServingEnd, Verdict.Warning, "its certificate ends in ", $"pod/{Space}/{DoctorFixture.OperatorPod}");

        // The leader renews its lease: only this clock is wrong.
        soon.Says(CheckCodes.Leader, Verdict.Ok, "the clock of this machine is about 6d ahead");

        clock.Offset = TimeSpan.FromDays(330);
        var later = await fixture.CheckAsync(time: clock);
        later.Says(CheckCodes.ServingEnd, Verdict.Error, "its certificate ended at ");
        later.Says(CheckCodes.AuthorityEnd, Verdict.Warning, "the authority ends in 34d and was not renewed");

        clock.Offset = TimeSpan.FromDays(370);
        (await fixture.CheckAsync(time: clock)).Says(CheckCodes.AuthorityEnd, Verdict.Error, "the authority ended at ");
    }

    [Fact]
    public async Task Check_OperatorThatIsGone_IsSeenInWhatItLeavesBehind()
    {
        await fixture.ApplyMonitorAsync("left");
        await fixture.EntryAsync("orders.left.inject.kafkamesh.io");
        await fixture.RestartOperatorAsync(async () =>
        {
            await LeaderAsync();
            await VersionAsync();
            await EntriesAsync();
            await AuthorityAsync();
        });
        await fixture.UntilAsync("all is well again", async () => (await fixture.CheckAsync()).Worst == Verdict.Ok || (await fixture.CheckAsync()).Findings.All(f => f.Verdict < Verdict.Error));
    }

    private async Task LeaderAsync()
    {
        (await fixture.CheckAsync()).Says(CheckCodes.Leader, Verdict.Error, "nobody holds the lease");
        var lease = (await fixture.Admin.GetAsync(BuiltInEntities.Leases, WellKnownNames.OperatorName, Space))!;
        var old = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(5);
        await fixture.Admin.UpdateAsync(BuiltInEntities.Leases, lease with { Spec = lease.Spec! with { HolderIdentity = "gone_1", RenewTime = old } });
        var report = await fixture.CheckAsync();
        report.Says(CheckCodes.Leader, Verdict.Error, "gone_1 has not renewed the lease for 5m");

        // Its metrics port is closed, and its webhook is too: pods go by unseen.
        Assert.Equal(Verdict.Unknown, report.Of(CheckCodes.ServingEnd).Verdict);
        report.Says(CheckCodes.Probe, Verdict.Error, "came back without a word of the injector", "kafkamonitor/left/orders");
        await fixture.Admin.UpdateAsync(BuiltInEntities.Leases, (await fixture.Admin.GetAsync(BuiltInEntities.Leases, WellKnownNames.OperatorName, Space))! with { Spec = lease.Spec! with { HolderIdentity = "", RenewTime = null } });
    }

    private async Task VersionAsync()
    {
        await SetImageAsync("kafkamesh-operator:v0.0.9");
        (await fixture.CheckAsync()).Says(CheckCodes.OperatorVersion, Verdict.Warning, "the operator is 0.0.9, this command line ");
        await SetImageAsync("kafkamesh-operator@sha256:" + new string('0', 64));
        (await fixture.CheckAsync()).Says(CheckCodes.OperatorVersion, Verdict.Unknown, "no replica says its version");
        await SetImageAsync("kafkamesh-operator:v0.1.0");
    }

    private async Task EntriesAsync()
    {
        await BreakAsync(e => e["clientConfig"]!["service"]!["name"] = "elsewhere", CheckCodes.EntryService, Verdict.Error, "calls kafkamesh-system/elsewhere:443/mutate/pods instead of kafkamesh-system/kafkamesh-operator:443/mutate/pods");
        await BreakAsync(e => e["failurePolicy"] = "Fail", CheckCodes.FailurePolicy, Verdict.Warning, "has failurePolicy Fail instead of Ignore");
        await BreakAsync(e => e["timeoutSeconds"] = 9, CheckCodes.EntryContent, Verdict.Warning, "orders.left.inject.kafkamesh.io: timeoutSeconds is not what the operator writes");
        await BreakAsync(e => e["name"] = "stranger.left.inject.kafkamesh.io", CheckCodes.Entries, Verdict.Error, "there is no entry orders.left.inject.kafkamesh.io", "kafkamonitor/left/orders");
        using var stranger = CertificateAuthority.Create(DateTimeOffset.UtcNow);
        await BreakAsync(e => e["clientConfig"]!["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(stranger.CertificatePem)), CheckCodes.TrustedAuthority, Verdict.Error, "does not trust the authority");

        var refusing = await BrokenAsync(e => e["failurePolicy"] = "Fail", async () => await fixture.CheckAsync());
        refusing.Says(CheckCodes.Probe, Verdict.Error, "pods of namespace left are refused: ");

        var copy = (await fixture.Admin.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName))!;
        await fixture.Admin.CreateAsync(BuiltInEntities.MutatingWebhookConfigurations, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "old-injector" }, ["webhooks"] = copy["webhooks"]!.DeepClone() });
        (await fixture.CheckAsync()).Says(CheckCodes.OtherWebhooks, Verdict.Warning, "old-injector calls the injector too");
        await fixture.ChangeAsync(BuiltInEntities.MutatingWebhookConfigurations, "old-injector", null, c =>
        {
            foreach (var entry in c["webhooks"]!.AsArray())
                entry!["clientConfig"]!["service"]!["name"] = "mesh";
        });
        (await fixture.CheckAsync()).Says(CheckCodes.OtherWebhooks, Verdict.Ok, "pods are also changed by old-injector (after)");
        await fixture.Admin.DeleteAsync(BuiltInEntities.MutatingWebhookConfigurations, "old-injector");
    }

    private async Task AuthorityAsync()
    {
        await fixture.ChangeAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, Space, s => s["data"]!["ca.crt"] = "bm90IGEgY2VydGlmaWNhdGU=");
        (await fixture.CheckAsync()).Says(CheckCodes.AuthoritySecret, Verdict.Error, "holds no certificate in ca.crt");
        await fixture.Admin.DeleteAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, Space);
        (await fixture.CheckAsync()).Says(CheckCodes.AuthoritySecret, Verdict.Error, "there is no Secret");
    }

    // Without the operator nobody puts the entry right meanwhile.
    private async Task BreakAsync(Action<JsonObject> change, CheckCode check, Verdict verdict, string words, string? subject = null)
    {
        (await BrokenAsync(change, () => fixture.CheckAsync())).Says(check, verdict, words, subject);
        Assert.Equal(Verdict.Ok, (await fixture.CheckAsync()).Of(check).Verdict);
    }

    private async Task<T> BrokenAsync<T>(Action<JsonObject> change, Func<Task<T>> look)
    {
        JsonNode? before = null;
        await fixture.ChangeAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, null, c =>
        {
            before = c["webhooks"]!.DeepClone();
            change(c["webhooks"]!.AsArray().Single(e => e!["name"]!.ToString() == "orders.left.inject.kafkamesh.io")!.AsObject());
        });
        var seen = await look();
        await fixture.ChangeAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, null, c => c["webhooks"] = before);
        return seen;
    }

    private Task SetImageAsync(string image) => fixture.ChangeAsync(
        BuiltInEntities.Deployments, WellKnownNames.OperatorName, Space, d => d["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    private static JsonObject Properties(JsonObject definition) =>
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"]!.AsObject();
}
