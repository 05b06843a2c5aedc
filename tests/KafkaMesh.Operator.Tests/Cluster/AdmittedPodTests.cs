using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Manifests;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Golden pods on an API server: what the webhook makes of them is what the engine makes of them.</summary>
public sealed partial class AdmittedPodTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    public static TheoryData<string> Cases() => [.. PodCase.Names().Where(n => PodCase.Load(n).Claims.Any(c => c.Key == "cluster"))];

    [Fact]
    public void Cases_ForACluster_AreFifteenAtLeast() => Assert.True(Cases().Count >= 15);

    [Theory, MemberData(nameof(Cases))]
    public async Task Apply_GoldenPod_IsAdmittedAsTheEngineDecides(string name)
    {
        var test = PodCase.Load(name);
        var inside = "case-" + name;
        var outside = "control-" + name;
        await MakeNamespaceAsync(inside, test);
        await MakeNamespaceAsync(outside, test);
        foreach (var monitor in test.Input["monitors"]!.AsArray())
        {
            var json = new JsonObject
            {
                ["apiVersion"] = "kafkamesh.io/v1alpha1",
                ["kind"] = "KafkaMonitor",
                ["metadata"] = new JsonObject { ["name"] = monitor!["name"]!.ToString(), ["namespace"] = inside },
                ["spec"] = monitor["spec"]!.DeepClone(),
            };
            await fixture.Kubectl.RunAsync(json.ToJsonString(), "apply", "-f", "-");
            await fixture.EntryAsync($"{monitor["name"]}.{inside}.inject.kafkamesh.io");
        }

        var admitted = await CreateAsync(test, inside);
        var control = await CreateAsync(test, outside);

        // What the engine makes of the pod that the API server had before it called the webhook.
        var monitors = await fixture.Admin.ListAsync(MonitorReader.Type, inside);
        var decision = InjectionEngine.Decide(test.Request(control) with
        {
            Monitors = [.. monitors.Items.Select(m => MonitorReader.Read(m, out _)! with { Namespace = "demo" })],
            Defaults = new SidecarDefaults(OperatorSettings.DefaultImage, "IfNotPresent", ProductVersion.Text) { AccessKey = AccessKeyOf(admitted) },
        });
        Assert.Equal(InjectionOutcome.Injected, decision.Outcome);
        var expected = (JsonObject)control.DeepClone();
        Assert.Null(JsonPatch.Apply(expected, decision.Patch));

        var (mine, theirs) = (Comparable(expected), Comparable(admitted));
        JsonSubset.AssertCovers(theirs, mine);

        // Nothing came to the application's own parts.
        foreach (var list in (string[])["containers", "initContainers", "volumes"])
        {
            var pairs = (mine["spec"]![list]?.AsArray() ?? []).Zip(theirs["spec"]![list]?.AsArray() ?? []);
            foreach (var (before, after) in pairs.Where(p => !p.First!["name"]!.ToString().StartsWith("kafkamesh-", StringComparison.Ordinal)))
                Assert.Equal(before!.ToJsonString(), after!.ToJsonString());
        }
        await fixture.Kubectl.RunAsync(null, "delete", "namespace", inside, outside, "--wait=false");
    }

    [Fact]
    public async Task Inject_ByTheClustersMonitor_LeavesNothingToTheWebhook()
    {
        await fixture.ApplyMonitorAsync("offline");
        await fixture.EntryAsync("orders.offline.inject.kafkamesh.io");
        var pod = """
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
        var (code, manifest, report) = await BuiltProgram.RunAsync(pod, "inject", "-f", "-", "-n", "offline", "--cluster", "--kubeconfig", fixture.KubeconfigPath);
        Assert.Equal((0, "pod/by-hand in offline: injected by monitor orders\n1 pod template: 1 changed, 0 up to date, 0 left alone\n"), (code, report));

        await fixture.Kubectl.RunAsync(manifest, "apply", "-n", "offline", "-f", "-");
        var admitted = (await fixture.Admin.GetAsync(BuiltInEntities.Pods, "by-hand", "offline"))!;

        var sent = Yaml.ReadAll(manifest)[0];
        Assert.Equal(sent["metadata"]!["annotations"]![WellKnownNames.StatusAnnotation]!.ToString(), admitted["metadata"]!["annotations"]![WellKnownNames.StatusAnnotation]!.ToString());
        Assert.Equal([WellKnownNames.InitContainer, WellKnownNames.ProxyContainer], admitted["spec"]!["initContainers"]!.AsArray().Select(c => c!["name"]!.ToString()));
        Assert.Equal("main", Assert.Single(admitted["spec"]!["containers"]!.AsArray())!["name"]!.ToString());

        // The token of the service account is in the application's container and not in ours.
        foreach (var ours in admitted["spec"]!["initContainers"]!.AsArray())
            Assert.Equal("kafkamesh-no-token", Assert.Single(ours!["volumeMounts"]!.AsArray())!["name"]!.ToString());
        Assert.StartsWith("kube-api-access-", admitted["spec"]!["containers"]![0]!["volumeMounts"]![0]!["name"]!.ToString(), StringComparison.Ordinal);

        // Applying it again changes nothing (kubectl sends the order of volumes, among which the API server put the token's).
        await fixture.Kubectl.RunAsync(manifest, "apply", "-n", "offline", "-f", "-");
        var applied = await fixture.Admin.GetAsync(BuiltInEntities.Pods, "by-hand", "offline");
        Assert.Equal(admitted["metadata"]!["resourceVersion"]!.ToString(), applied!["metadata"]!["resourceVersion"]!.ToString());
        var (_, again, _) = await BuiltProgram.RunAsync(manifest, "inject", "-f", "-", "-n", "offline", "--cluster", "--kubeconfig", fixture.KubeconfigPath);
        Assert.Equal(manifest, again);
    }

    [Fact]
    public async Task Inject_Deployment_IsUnchangedWhenAppliedAgain()
    {
        await fixture.CreateNamespaceAsync("drift");
        var (_, manifest, _) = await BuiltProgram.RunAsync(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: orders, namespace: drift}
            spec:
              selector: {matchLabels: {app: orders}}
              template:
                metadata: {labels: {app: orders}, annotations: {kafkamesh.io/inject: enabled}}
                spec:
                  containers: [{name: main, image: "main:1"}]
            """,
            "inject", "-f", "-", "--kubernetes-version", "1.36");

        Assert.Equal("deployment.apps/orders created\n", await fixture.Kubectl.RunAsync(manifest, "apply", "-f", "-"));
        Assert.Equal("deployment.apps/orders unchanged\n", await fixture.Kubectl.RunAsync(manifest, "apply", "-f", "-"));
        Assert.Equal("", await fixture.Kubectl.RunAsync(manifest, "diff", "-f", "-"));
        var live = await fixture.Kubectl.RunAsync(null, "get", "deployment", "orders", "-n", "drift", "-o", "yaml");
        var (_, restored, _) = await BuiltProgram.RunAsync(live, "uninject", "-f", "-");
        await fixture.Kubectl.RunAsync(restored, "apply", "-f", "-");
        var spec = JsonNode.Parse(await fixture.Kubectl.RunAsync(null, "get", "deployment", "orders", "-n", "drift", "-o", "json"))!["spec"]!["template"]!;
        Assert.Equal(("main", 1), (spec["spec"]!["containers"]![0]!["name"]!.ToString(), spec["spec"]!["containers"]!.AsArray().Count));
        Assert.Null(spec["spec"]!["initContainers"]);
        Assert.Null(spec["spec"]!["volumes"]);
        Assert.Equal("""{"kafkamesh.io/inject":"enabled"}""", spec["metadata"]!["annotations"]!.ToJsonString());
    }

    [Fact]
    public async Task Inject_Workloads_AreAcceptedByKubectlApply()
    {
        foreach (var name in (string[])["demo", "strict"])
            await fixture.CreateNamespaceAsync(name);
        var workloads = Path.Combine(Repository.Root, "tests", "KafkaMesh.Operator.Tests", "testdata", "manifests", "workloads.yaml");
        var (_, output, _) = await BuiltProgram.RunAsync("", "inject", "-f", workloads, "--kubernetes-version", "1.36", "-o", "json");
        var accepted = new List<string>();
        foreach (var document in JsonStream.Read("output", output).Where(d => d.Content is not null && KubernetesObject.In(d.Content).Any(o => PodTemplate.In(o).Count > 0)))
        {
            foreach (var mode in (string[])["client", "server"])
            {
                var (code, answer, errors) = await fixture.Kubectl.TryRunAsync(document.Text, "apply", $"--dry-run={mode}", "-f", "-");
                if (code == 0)
                    accepted.Add(answer);
                else
                    Assert.Matches("no matches for kind|is forbidden: violates PodSecurity", errors);
            }
        }
        foreach (var kind in (string[])["pod/bare", "deployment.apps/deployment", "replicaset.apps/replicaset", "job.batch/job"])
            Assert.True(accepted.Count(a => a.StartsWith(kind, StringComparison.Ordinal)) == 2, $"{kind} is not among {string.Join("", accepted)}");
    }

    private async Task MakeNamespaceAsync(string name, PodCase test)
    {
        var metadata = new JsonObject { ["name"] = name };
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("namespaceLabels", "labels"), ("namespaceAnnotations", "annotations")])
        {
            if (test.Input[from] is JsonObject map)
                metadata[to] = map.DeepClone();
        }
        await fixture.Kubectl.RunAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata }.ToJsonString(), "apply", "-f", "-");
        await fixture.AwaitServiceAccountAsync(name);
    }

    // The pod as its author wrote it: without what the API server had added when the case was taken down.
    private async Task<JsonObject> CreateAsync(PodCase test, string namespaceName)
    {
        var pod = (JsonObject)test.Input["pod"]!.DeepClone();
        pod["metadata"]!["namespace"] = namespaceName;
        pod["metadata"]!.AsObject().Remove("ownerReferences");
        pod.Remove("status");
        Drop(pod["spec"]!["volumes"] as JsonArray);
        foreach (var container in pod["spec"]!["containers"]!.AsArray())
            Drop(container!["volumeMounts"] as JsonArray);
        var verb = pod["metadata"]!["name"] is null ? "create" : "apply";
        var name = (await fixture.Kubectl.RunAsync(pod.ToJsonString(), verb, "-f", "-", "-o", "name")).Trim().Split('/')[1];
        return (await fixture.Admin.GetAsync(BuiltInEntities.Pods, name, namespaceName))!;

        static void Drop(JsonArray? list)
        {
            foreach (var item in (list ?? []).Where(i => i!["name"]!.ToString() == "kube-api-access-x").ToList())
                list!.Remove(item);
        }
    }

    private static string? AccessKeyOf(JsonObject pod) => ((string[])["initContainers", "containers"])
        .SelectMany(l => pod["spec"]![l]?.AsArray() ?? [])
        .Where(c => c!["name"]!.ToString() == WellKnownNames.ProxyContainer)
        .SelectMany(c => c!["env"]!.AsArray())
        .FirstOrDefault(e => e!["name"]!.ToString() == "KAFKAMESH_ACCESS_KEY")?["value"]?.ToString();

    // Metadata that every object has its own of, and random names.
    private static JsonObject Comparable(JsonObject pod)
    {
        var result = (JsonObject)JsonNode.Parse(Settled(pod.ToJsonString()))!;
        result.Remove("status");
        foreach (var name in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"])
            result["metadata"]!.AsObject().Remove(name);
        result["metadata"]!["annotations"]!.AsObject().Remove("kubectl.kubernetes.io/last-applied-configuration");
        return result;
    }

    private static string Settled(string text) => TokenVolume().Replace(text, "kube-api-access-");

    [GeneratedRegex("kube-api-access-[a-z0-9]+", RegexOptions.None, 1000)]
    private static partial Regex TokenVolume();
}
