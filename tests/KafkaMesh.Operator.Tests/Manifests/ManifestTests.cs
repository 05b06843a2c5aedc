using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Manifests;

/// <summary>The shipped manifests as kubectl renders them.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task Default_Rendered_IsWhatTheDocumentsPromise()
    {
        var objects = await Rendered.ObjectsAsync("default");

        Assert.Equal(
            ["ClusterRole", "ClusterRole", "ClusterRoleBinding", "ClusterRoleBinding", "CustomResourceDefinition", "Deployment", "MutatingWebhookConfiguration", "Namespace",
                "PodDisruptionBudget", "PriorityClass", "Role", "Role", "Role", "RoleBinding", "Service", "ServiceAccount", "ServiceAccount"],
            objects.Select(o => o["kind"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.Null(objects.Single(o => o["kind"]!.ToString() == "MutatingWebhookConfiguration")["webhooks"]);
    }

    [Fact]
    public async Task Roles_Rendered_GrantNoWildcardAndReadNoForeignSecret()
    {
        var roles = (await Rendered.ObjectsAsync("default")).Where(o => o["kind"]!.ToString() is "ClusterRole" or "Role").ToList();

        foreach (var rule in roles.SelectMany(r => r["rules"]!.AsArray()))
            Assert.DoesNotContain("*", rule!.ToJsonString(), StringComparison.Ordinal);
        var reads = roles.SelectMany(r => r["rules"]!.AsArray())
            .Where(r => r!["resources"]!.ToJsonString().Contains("secrets", StringComparison.Ordinal) && r["verbs"]!.ToJsonString() != """["create"]""");
        Assert.Equal("kafkamesh-webhook-ca", Assert.Single(reads)!["resourceNames"]!.AsArray().Single()!.ToString());
    }

    [Theory]
    [InlineData("default")]
    [InlineData("overlays/cert-manager")]
    [InlineData("overlays/prometheus")]
    [InlineData("overlays/openshift")]
    public async Task Deployment_Rendered_PassesRestrictedPodSecurity(string folder)
    {
        var spec = (await Rendered.ObjectsAsync(folder)).One("Deployment", "kafkamesh-operator")["spec"]!["template"]!["spec"]!;
        var container = Assert.Single(spec["containers"]!.AsArray())!["securityContext"]!;

        Assert.True(spec["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.Equal("RuntimeDefault", spec["securityContext"]!["seccompProfile"]!["type"]!.ToString());
        Assert.False(container["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.True(container["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.Equal("""["ALL"]""", container["capabilities"]!["drop"]!.ToJsonString());
    }

    [Fact]
    public async Task Deployment_Rendered_SurvivesTheLossOfANodeAndADrain()
    {
        var objects = await Rendered.ObjectsAsync("default");
        var deployment = objects.One("Deployment", "kafkamesh-operator")["spec"]!;
        var budget = objects.One("PodDisruptionBudget", "kafkamesh-operator")["spec"]!;
        var labels = deployment["template"]!["metadata"]!["labels"]!;

        Assert.True(deployment["replicas"]!.GetValue<long>() > budget["minAvailable"]!.GetValue<long>());
        Assert.True(JsonNode.DeepEquals(budget["selector"]!["matchLabels"], labels));
        var spread = deployment["template"]!["spec"]!["topologySpreadConstraints"]!.AsArray();
        Assert.Equal(["topology.kubernetes.io/zone", "kubernetes.io/hostname"], spread.Select(s => s!["topologyKey"]!.ToString()));
        Assert.All(spread, s => Assert.True(JsonNode.DeepEquals(s!["labelSelector"]!["matchLabels"], labels)));
        var priority = objects.One("PriorityClass", deployment["template"]!["spec"]!["priorityClassName"]!.ToString());
        Assert.InRange(priority["value"]!.GetValue<long>(), 1, 1_000_000_000);
    }

    [Fact]
    public async Task CertManager_Rendered_MountsTheCertificateWhereTheOperatorLooks()
    {
        var objects = await Rendered.ObjectsAsync("overlays/cert-manager");
        var pod = objects.One("Deployment", "kafkamesh-operator")["spec"]!["template"]!["spec"]!;
        var container = pod["containers"]![0]!;
        var mount = Assert.Single(container["volumeMounts"]!.AsArray())!;
        var certificate = objects.One("Certificate", "kafkamesh-webhook-tls")["spec"]!;

        Assert.Equal(certificate["secretName"]!.ToString(), Assert.Single(pod["volumes"]!.AsArray())!["secret"]!["secretName"]!.ToString());
        Assert.Equal(mount["mountPath"]!.ToString(), container["env"]!.AsArray().Single(e => e!["name"]!.ToString() == "KAFKAMESH_WEBHOOK_CERT_DIR")!["value"]!.ToString());
        Assert.Contains(OperatorSettings.All, s => s.Variable == "KAFKAMESH_WEBHOOK_CERT_DIR");
        var service = objects.One("Service", "kafkamesh-operator")["metadata"]!;
        Assert.Contains($"{service["name"]}.{service["namespace"]}.svc", certificate["dnsNames"]!.AsArray().Select(n => n!.ToString()));
        var authority = objects.One("Issuer", certificate["issuerRef"]!["name"]!.ToString())["spec"]!["ca"]!["secretName"]!.ToString();
        Assert.True(Assert.Single(objects, o => o["kind"]!.ToString() == "Certificate" && o["spec"]!["secretName"]!.ToString() == authority)["spec"]!["isCA"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Prometheus_Rendered_ScrapesThePortsThatExist()
    {
        var objects = await Rendered.ObjectsAsync("overlays/prometheus");
        var sidecars = objects.One("PodMonitor", "kafkamesh-sidecars")["spec"]!;
        var ofOperator = objects.One("ServiceMonitor", "kafkamesh-operator")["spec"]!;
        var service = objects.One("Service", "kafkamesh-operator");

        Assert.Equal(WellKnownNames.MonitorLabel, sidecars["selector"]!["matchExpressions"]![0]!["key"]!.ToString());
        Assert.Equal("kafkamesh-admin", sidecars["podMetricsEndpoints"]![0]!["port"]!.ToString());
        Assert.True(JsonNode.DeepEquals(ofOperator["selector"]!["matchLabels"], service["metadata"]!["labels"]));
        Assert.Contains(service["spec"]!["ports"]!.AsArray(), p => p!["name"]!.ToString() == ofOperator["endpoints"]![0]!["port"]!.ToString());
    }

    [Fact]
    public async Task OpenShift_Rendered_LeavesTheUidToTheNamespaceAndAllowsTheInitContainer()
    {
        var objects = await Rendered.ObjectsAsync("overlays/openshift");
        var security = objects.One("Deployment", "kafkamesh-operator")["spec"]!["template"]!["spec"]!["securityContext"]!.AsObject();
        var constraints = objects.One("SecurityContextConstraints", "kafkamesh-sidecar");

        Assert.Null(security["runAsUser"]);
        Assert.Null(security["runAsGroup"]);
        Assert.Equal("""["NET_ADMIN","NET_RAW","NET_BIND_SERVICE"]""", constraints["allowedCapabilities"]!.ToJsonString());
        Assert.False(constraints["allowPrivilegedContainer"]!.GetValue<bool>());
        Assert.DoesNotContain(constraints["volumes"]!.AsArray(), v => v!.ToString() is "*" or "hostPath");
        Assert.Equal("""["kafkamesh-sidecar"]""", objects.One("ClusterRole", "kafkamesh-sidecar-scc")["rules"]![0]!["resourceNames"]!.ToJsonString());
    }

    [Theory]
    [InlineData("default")]
    [InlineData("samples")]
    [InlineData("overlays/cert-manager")]
    [InlineData("overlays/prometheus")]
    [InlineData("overlays/openshift")]
    [InlineData("overlays/grafana")]
    public async Task Kustomization_OldKubectl_RendersTheSame(string folder)
    {
        var now = (await Rendered.ObjectsAsync(folder)).Select(o => o.ToJsonString()).Order(StringComparer.Ordinal);
        var then = (await Rendered.ObjectsAsync(folder, Rendered.OldKubectl)).Select(o => o.ToJsonString()).Order(StringComparer.Ordinal);

        Assert.Equal(now, then);
    }

    [Fact]
    public async Task Samples_PortsOfTheMonitor_AreThoseOfEveryBroker()
    {
        var objects = await Rendered.ObjectsAsync("samples");
        var broker = objects.One("Deployment", "kafka")["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var brokers = int.Parse(broker["args"]![1]!.ToString(), CultureInfo.InvariantCulture);
        var listening = Enumerable.Range(9092, brokers).ToList();

        Assert.Equal(listening, broker["ports"]!.AsArray().Select(p => (int)(long)p!["containerPort"]!));
        Assert.Equal(listening, objects.One("KafkaMonitor", "orders")["spec"]!["ports"]!.AsArray().Select(p => (int)(long)p!));
    }

    [Theory]
    [InlineData("external")]
    [InlineData("kind")]
    [InlineData("minikube")]
    [InlineData("strimzi")]
    public void Samples_MonitorAndItsPods_AreFilesOfTheirOwn(string folder)
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "config", "samples", folder), "*.yaml")
            .Select(file => Yaml.ReadAll(File.ReadAllText(file)).Select(o => o["kind"]!.ToString()).ToList()).ToList();

        Assert.Contains(files, kinds => kinds.Contains("KafkaMonitor"));
        Assert.DoesNotContain(files, kinds => kinds.Contains("KafkaMonitor") && kinds.Contains("Deployment"));
    }
}
