using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.ChartTool;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>The Helm chart says what the kustomizations say.</summary>
public sealed class ChartTests(ChartTests.Fixture fixture) : IClassFixture<ChartTests.Fixture>
{
    // What a release of helm has in place of manifests: the namespace, and no CRD that goes with the release.
    private static readonly JsonObject AsManifests = Values("""{"namespace": {"create": true}, "crds": {"keep": false}}""");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Templates_Committed_AreWhatTheToolMakes(bool oldKubectl)
    {
        var program = oldKubectl ? Rendered.OldKubectl : "kubectl";
        Rendered.SkipWithout(program);

        var made = ChartTemplates.Generate(folder => Kustomize.Render(program, Rendered.Folder(folder)));

        var committed = Directory.GetFiles(Path.Combine(ChartRenderer.Folder, "templates"), "*.yaml").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(made.Keys, committed.Select(f => Path.GetFileName(f)));
        foreach (var file in committed)
            Assert.True(made[Path.GetFileName(file)] == File.ReadAllText(file), $"{file} is not what config/ says: make chart");
    }

    [Theory]
    [InlineData("default", "{}")]
    [InlineData("overlays/cert-manager", """{"certManager": {"enabled": true}}""")]
    [InlineData("overlays/prometheus", """{"prometheus": {"enabled": true}}""")]
    [InlineData("overlays/openshift", """{"openshift": {"enabled": true}}""")]
    [InlineData("overlays/grafana", """{"grafana": {"enabled": true}}""")]
    public async Task Chart_Rendered_IsWhatKustomizeRenders(string folder, string values)
    {
        var chart = await fixture.Renderer.RenderAsync("kafkamesh-system", With(AsManifests, values));

        Assert.Equal(Sorted(await Rendered.ObjectsAsync(folder)), Sorted(chart));
    }

    [Fact]
    public async Task Chart_AllSwitches_HasWhatEachOverlayAdds()
    {
        var chart = await fixture.Renderer.RenderAsync("kafkamesh-system", With(AsManifests, """{"certManager": {"enabled": true}, "prometheus": {"enabled": true}, "openshift": {"enabled": true}}"""));

        var kinds = chart.Select(o => o["kind"]!.ToString()).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "Certificate", "Issuer", "PodMonitor", "ServiceMonitor", "SecurityContextConstraints" }, kinds);
        var pod = chart.One("Deployment", "kafkamesh-operator")["spec"]!["template"]!["spec"]!;
        Assert.Null(pod["securityContext"]!["runAsUser"]);
        Assert.Single(pod["volumes"]!.AsArray());
        Assert.Contains(pod["containers"]![0]!["env"]!.AsArray(), e => e!["name"]!.ToString() == "KAFKAMESH_WEBHOOK_CERT_DIR");
    }

    [Fact]
    public async Task Chart_Values_ReachTheObjects()
    {
        var chart = await fixture.Renderer.RenderAsync("elsewhere", Values(
            """
            {"image": {"operator": "registry.example/o@sha256:1", "proxy": "registry.example/p:2", "pullPolicy": "Always", "proxyPullSecrets": ["a", "b"]}, "imagePullSecrets": [{"name": "pull"}],
             "replicas": 1, "protectedNamespaces": ["vault", "storage"], "defaultPodSecurity": "baseline", "resources": {"requests": {"cpu": "1"}}, "nodeSelector": {"disk": "fast"}, "tolerations": [{"operator": "Exists"}]}
            """));

        var deployment = chart.One("Deployment", "kafkamesh-operator")["spec"]!;
        var pod = deployment["template"]!["spec"]!;
        var container = pod["containers"]![0]!;
        Assert.Equal(1, deployment["replicas"]!.GetValue<long>());
        Assert.Equal(("registry.example/o@sha256:1", "Always"), (container["image"]!.ToString(), container["imagePullPolicy"]!.ToString()));
        Assert.Equal(("registry.example/p:2", "Always"), (Variable(container, "KAFKAMESH_PROXY_IMAGE"), Variable(container, "KAFKAMESH_PROXY_IMAGE_PULL_POLICY")));
        Assert.Equal("vault,storage", Variable(container, "KAFKAMESH_PROTECTED_NAMESPACES"));
        Assert.Equal("baseline", Variable(container, "KAFKAMESH_DEFAULT_POD_SECURITY"));
        Assert.Equal("a,b", Variable(container, "KAFKAMESH_PROXY_IMAGE_PULL_SECRETS"));
        Assert.Equal("""{"limits":{"memory":"512Mi"},"requests":{"cpu":"1","memory":"96Mi"}}""", container["resources"]!.ToJsonString());
        Assert.Equal(("pull", "fast", "Exists"), (pod["imagePullSecrets"]![0]!["name"]!.ToString(), pod["nodeSelector"]!["disk"]!.ToString(), pod["tolerations"]![0]!["operator"]!.ToString()));
        Assert.DoesNotContain(chart, o => o["kind"]!.ToString() is "Namespace" or "PodDisruptionBudget");
        Assert.DoesNotContain(chart, o => o.ToJsonString().Contains("kafkamesh-system", StringComparison.Ordinal));
        Assert.Equal("keep", chart.One("CustomResourceDefinition", "kafkamonitors.kafkamesh.io")["metadata"]!["annotations"]!["helm.sh/resource-policy"]!.ToString());
        Assert.Equal("elsewhere", chart.One("ClusterRoleBinding", "kafkamesh-operator")["subjects"]![0]!["namespace"]!.ToString());
    }

    [Fact]
    public void Chart_Version_IsTheProducts()
    {
        var chart = Yaml.ReadAll(File.ReadAllText(Path.Combine(ChartRenderer.Folder, "Chart.yaml"))).Single();

        Assert.Equal((ProductVersion.Text, ProductVersion.Text), (chart["version"]!.ToString(), chart["appVersion"]!.ToString()));
    }

    [Fact]
    public void Values_EveryOneThatATemplateReads_IsInTheFileAndItsSchema()
    {
        var values = Yaml.ReadAll(File.ReadAllText(Path.Combine(ChartRenderer.Folder, "values.yaml"))).Single();
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(ChartRenderer.Folder, "values.schema.json")))!;
        var read = Directory.GetFiles(Path.Combine(ChartRenderer.Folder, "templates")).SelectMany(f => Regex.Matches(File.ReadAllText(f), @"\.Values\.([\w.]+)").Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(read);
        Assert.All(read, path => Assert.NotNull(path.Split('.').Aggregate((JsonNode?)values, (node, key) => node?[key])));
        Assert.Equal(values.Select(v => v.Key).Append("global").Order(StringComparer.Ordinal), schema["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal(values.Select(v => v.Key).Order(StringComparer.Ordinal), read.Select(path => path.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    private static string Variable(JsonNode container, string name) => container["env"]!.AsArray().Single(e => e!["name"]!.ToString() == name)!["value"]!.ToString();

    private static List<string> Sorted(IEnumerable<JsonObject> objects) => [.. objects.Select(o => o.ToJsonString()).Order(StringComparer.Ordinal)];

    private static JsonObject Values(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject With(JsonObject values, string json)
    {
        var all = (JsonObject)values.DeepClone();
        foreach (var (key, value) in Values(json))
            all[key] = value?.DeepClone();
        return all;
    }

    public sealed class Fixture : IDisposable
    {
        internal ChartRenderer Renderer { get; } = new();

        public void Dispose() => Renderer.Dispose();
    }
}
