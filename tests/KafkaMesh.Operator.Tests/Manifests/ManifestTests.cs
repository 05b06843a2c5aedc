using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Manifests;

/// <summary>The shipped manifests as kubectl renders them.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task Default_Rendered_IsWhatTheDocumentsPromise()
    {
        var objects = await RenderAsync("default");

        Assert.Equal(
            ["ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "Deployment", "MutatingWebhookConfiguration", "Namespace",
                "PodDisruptionBudget", "Role", "RoleBinding", "Service", "ServiceAccount"],
            objects.Select(o => o["kind"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.Null(objects.Single(o => o["kind"]!.ToString() == "MutatingWebhookConfiguration")["webhooks"]);
    }

    [Fact]
    public async Task Roles_Rendered_GrantNoWildcardAndReadNoForeignSecret()
    {
        var roles = (await RenderAsync("default")).Where(o => o["kind"]!.ToString() is "ClusterRole" or "Role").ToList();

        foreach (var rule in roles.SelectMany(r => r["rules"]!.AsArray()))
            Assert.DoesNotContain("*", rule!.ToJsonString(), StringComparison.Ordinal);
        var reads = roles.SelectMany(r => r["rules"]!.AsArray())
            .Where(r => r!["resources"]!.ToJsonString().Contains("secrets", StringComparison.Ordinal) && r["verbs"]!.ToJsonString() != """["create"]""");
        Assert.Equal("kafkamesh-webhook-ca", Assert.Single(reads)!["resourceNames"]!.AsArray().Single()!.ToString());
    }

    [Fact]
    public async Task Deployment_Rendered_PassesRestrictedPodSecurity()
    {
        var spec = (await RenderAsync("default")).Single(o => o["kind"]!.ToString() == "Deployment")["spec"]!["template"]!["spec"]!;
        var container = Assert.Single(spec["containers"]!.AsArray())!["securityContext"]!;

        Assert.True(spec["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.Equal("RuntimeDefault", spec["securityContext"]!["seccompProfile"]!["type"]!.ToString());
        Assert.False(container["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.True(container["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.Equal("""["ALL"]""", container["capabilities"]!["drop"]!.ToJsonString());
    }

    [Theory]
    [InlineData("default")]
    [InlineData("samples")]
    public async Task Kustomization_OldKubectl_RendersTheSame(string folder)
    {
        var old = Path.Combine(Repository.Root, "out", "tools", "kubectl-1.20");
        Assert.SkipUnless(File.Exists(old), "kubectl 1.20 (out/tools/kubectl-1.20) is not here; the set-up script unpacks it");

        var now = (await RenderAsync(folder)).Select(o => o.ToJsonString()).Order(StringComparer.Ordinal);
        var then = (await RenderAsync(folder, old)).Select(o => o.ToJsonString()).Order(StringComparer.Ordinal);

        Assert.Equal(now, then);
    }

    [Fact]
    public async Task Samples_PortsOfTheMonitor_AreThoseOfEveryBroker()
    {
        var objects = await RenderAsync("samples");
        var broker = objects.Single(o => Named(o, "Deployment", "kafka"))["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var brokers = int.Parse(broker["args"]![1]!.ToString(), CultureInfo.InvariantCulture);
        var listening = Enumerable.Range(9092, brokers).ToList();

        Assert.Equal(listening, broker["ports"]!.AsArray().Select(p => (int)(long)p!["containerPort"]!));
        Assert.Equal(listening, objects.Single(o => Named(o, "KafkaMonitor", "orders"))["spec"]!["ports"]!.AsArray().Select(p => (int)(long)p!));
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

    private static bool Named(JsonObject item, string kind, string name) => item["kind"]!.ToString() == kind && item["metadata"]!["name"]!.ToString() == name;

    private static async Task<List<JsonObject>> RenderAsync(string folder, string program = "kubectl")
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the manifests cannot be rendered");
        var kubectl = new Kubectl("/dev/null", program);
        var yaml = await kubectl.RunAsync(null, "kustomize", Path.Combine(Repository.Root, "config", folder));
        return Yaml.ReadAll(yaml);
    }
}
