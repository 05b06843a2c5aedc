using System.Diagnostics;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Manifests;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>An installation in which nothing is wrong: no check says otherwise, and every check was made.</summary>
public sealed class HealthyTests(DoctorFixture fixture) : IClassFixture<DoctorFixture>
{
    // Made for a pod, for the cert-manager overlay, or where something cannot be seen.
    private static readonly CheckCode[] MadeElsewhere = [CheckCodes.MountedCertificate, CheckCodes.PodExists, CheckCodes.PodWanted, CheckCodes.PodCarries, CheckCodes.PodAsked];

    [Fact]
    public async Task Check_NothingIsWrong_EveryCheckSaysSo()
    {
        await fixture.ApplyMonitorAsync("healthy");
        await fixture.EntryAsync("orders.healthy.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync("healthy", "a", "127.0.9.71");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.71", Reports.Of("h1", 1, 100));
        await fixture.Kubectl.RunAsync(null, "wait", "-n", "healthy", "--for=condition=Ready", "kafkamonitor/orders", "--timeout=30s");

        var report = await fixture.CheckAsync();

        Assert.True(report.Findings.All(f => f.Verdict == Verdict.Ok), Saw.Text(report));
        Assert.Equal(CheckCodes.All.Except(MadeElsewhere).Select(c => c.Code), report.Findings.Select(f => f.Check.Code).Distinct().Order());
        Assert.Equal(0, report.ExitCode);

        var pod = await fixture.CheckPodAsync("healthy", "a");
        Assert.True(pod.Findings.All(f => f.Verdict == Verdict.Ok), Saw.Text(pod));
        Assert.Equal(["KM901", "KM902", "KM903", "KM904", "KM308"], pod.Findings.Select(f => f.Check.Code));
    }

    [Fact]
    public async Task Check_CertManagerOverlay_LooksAtTheMountedCertificate()
    {
        using var authority = CertificateAuthority.Create(DateTimeOffset.UtcNow);
        using var certificate = authority.Issue([MountedName], DateTimeOffset.UtcNow);
        await MountAsync();
        (await fixture.CheckAsync()).Says(CheckCodes.MountedCertificate, Verdict.Error, "does not exist");

        await StoreAsync(certificate.ExportCertificatePem(), authority.CertificatePem);
        (await fixture.CheckAsync()).Says(CheckCodes.MountedCertificate, Verdict.Ok, "the certificate ends in 6d");

        using var stranger = CertificateAuthority.Create(DateTimeOffset.UtcNow);
        await StoreAsync(certificate.ExportCertificatePem(), stranger.CertificatePem);
        (await fixture.CheckAsync()).Says(CheckCodes.MountedCertificate, Verdict.Error, "was not issued by ca.crt");

        using var other = authority.Issue(["elsewhere.svc"], DateTimeOffset.UtcNow);
        await StoreAsync(other.ExportCertificatePem(), authority.CertificatePem);
        (await fixture.CheckAsync()).Says(CheckCodes.MountedCertificate, Verdict.Error, "is not for " + MountedName);
        await fixture.Admin.DeleteAsync(BuiltInEntities.Secrets, "kafkamesh-webhook-tls", "kafkamesh-system");
        await fixture.ChangeAsync(BuiltInEntities.Deployments, "kafkamesh-operator", "kafkamesh-system", d => Container(d)["env"]!.AsArray().RemoveAll(e => e!["name"]!.ToString() == "KAFKAMESH_WEBHOOK_CERT_DIR"));
    }

    [Fact]
    public async Task Check_UserWhoMaySeeLittle_SaysWhatCannotBeSeen()
    {
        await fixture.ApplyMonitorAsync("limited");
        await fixture.EntryAsync("orders.limited.inject.kafkamesh.io");
        await fixture.Kubectl.RunAsync(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: viewer, namespace: limited}
            rules: [{apiGroups: ["kafkamesh.io"], resources: ["kafkamonitors"], verbs: ["get", "list"]}, {apiGroups: [""], resources: ["namespaces"], resourceNames: ["limited"], verbs: ["get"]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: viewer, namespace: limited}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: viewer}
            subjects: [{kind: ServiceAccount, name: default, namespace: limited}]
            """,
            "apply", "-f", "-");
        using var client = await fixture.ClientOfAsync("limited", "default");

        var report = await new Doctor(client, "kafkamesh-system", TimeProvider.System).CheckAsync(null, "limited", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        report.Says(CheckCodes.Scope, Verdict.Unknown, "you have no right to list kafkamonitors in all namespaces: only namespace limited was looked at");
        report.Says(CheckCodes.Deployment, Verdict.Unknown, "you have no right to get deployments in kafkamesh-system");
        report.Says(CheckCodes.AuthoritySecret, Verdict.Unknown, "you have no right to get secrets in kafkamesh-system");
        report.Says(CheckCodes.Grants, Verdict.Unknown, "you have no right to create subjectaccessreviews");
        report.Says(CheckCodes.Registration, Verdict.Unknown, "you have no right to list mutatingwebhookconfigurations");
        report.Says(CheckCodes.Probe, Verdict.Unknown, "you have no right to create pods in limited");
        report.Says(CheckCodes.Switch, Verdict.Unknown, "you have no right to get namespace kafkamesh-system");
        report.Says(CheckCodes.Room, Verdict.Unknown, "you have no right to list resourcequotas in limited");
        report.Says(CheckCodes.MonitorSpec, Verdict.Ok, "its spec can be used", "kafkamonitor/limited/orders");
        Assert.DoesNotContain(report.Findings, f => f.Verdict is Verdict.Error);
        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", "limited");
    }

    [Fact]
    public async Task Check_ServerThatDoesNotAnswer_EndsInTime()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var client = new KubernetesClient(KubernetesClientConfiguration(((System.Net.IPEndPoint)silent.LocalEndpoint).Port), new KubernetesClientOptions());
        var clock = Stopwatch.StartNew();

        var report = await new Doctor(client, "kafkamesh-system", TimeProvider.System).CheckAsync(null, "default", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        Assert.Equal("KM101", Assert.Single(report.Findings).Check.Code);
        Assert.Equal(2, report.ExitCode);
    }

    [Fact]
    public async Task Grants_AskedFor_AreThoseOfTheShippedRoles()
    {
        var shipped = new List<string>();
        foreach (var (type, isOwn) in new[] { ("clusterrole/kafkamesh-operator", false), ("role/kafkamesh-operator", true) })
        {
            var role = JsonNode.Parse(await fixture.Kubectl.RunAsync(null, "get", type, "-n", "kafkamesh-system", "-o", "json"))!.AsObject();
            shipped.AddRange(Grant.Of(role).Select(g => new OperatorGrant(g.Verb, g.Group, g.Resource, g.Name ?? "", isOwn).ToString() + isOwn));
        }

        Assert.Equal(shipped.Order(StringComparer.Ordinal), OperatorGrant.All.Select(g => g.ToString() + g.OwnNamespace).Order(StringComparer.Ordinal));
    }

    private const string MountedName = "kafkamesh-operator.kafkamesh-system.svc";

    private static KafkaMesh.Kubernetes.Configuration.KubernetesClientConfiguration KubernetesClientConfiguration(int port)
    {
        var directory = Directory.CreateTempSubdirectory("kafkamesh-check-");
        var file = Path.Combine(directory.FullName, "kubeconfig");
        File.WriteAllText(file, $$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": ""} }],
             "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:{{port}}"} }]}
            """);
        var configuration = KafkaMesh.Kubernetes.Configuration.KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        directory.Delete(recursive: true);
        return configuration;
    }

    private static JsonObject Container(JsonObject deployment) => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();

    // As config/overlays/cert-manager patches it.
    private Task MountAsync() => fixture.ChangeAsync(BuiltInEntities.Deployments, "kafkamesh-operator", "kafkamesh-system", d =>
    {
        var container = Container(d);
        container["env"]!.AsArray().Add(new JsonObject { ["name"] = "KAFKAMESH_WEBHOOK_CERT_DIR", ["value"] = "/etc/kafkamesh/webhook" });
        container["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "webhook-certificate", ["mountPath"] = "/etc/kafkamesh/webhook", ["readOnly"] = true });
        d["spec"]!["template"]!["spec"]!["volumes"] = new JsonArray(new JsonObject { ["name"] = "webhook-certificate", ["secret"] = new JsonObject { ["secretName"] = "kafkamesh-webhook-tls" } });
    });

    private async Task StoreAsync(string certificate, string authority)
    {
        await fixture.Admin.DeleteAsync(BuiltInEntities.Secrets, "kafkamesh-webhook-tls", "kafkamesh-system");
        await fixture.Admin.CreateAsync(BuiltInEntities.Secrets, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "kafkamesh-webhook-tls", ["namespace"] = "kafkamesh-system" },
            ["data"] = new JsonObject { ["tls.crt"] = Base64(certificate), ["ca.crt"] = Base64(authority) },
        });
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
