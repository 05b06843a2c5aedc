using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Manifests;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary><c>kafkamesh inject</c> and <c>uninject</c> as processes, over files as people write them.</summary>
public sealed class InjectCommandTests : IDisposable
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a, annotations: {kafkamesh.io/inject: enabled}}
        spec:
          containers:
          - name: main
            image: m:1

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kafkamesh-inject-").FullName;

    private static string Workloads { get; } = Path.Combine(Repository.Root, "tests", "KafkaMesh.Operator.Tests", "testdata", "manifests", "workloads.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Inject_EveryKindOfWorkload_FindsTheTemplatesByTheirShape()
    {
        var (code, output, errors) = await BuiltProgram.RunAsync("", "inject", "-f", Workloads, "--kubernetes-version", "1.36");

        Assert.Equal(0, code);
        Assert.Equal(
            """
            pod/bare in demo: injected by monitor orders
            deployment/deployment in demo: injected by monitor orders
            statefulset/statefulset in demo: injected by monitor orders
            daemonset/daemonset in demo: injected by monitor orders
            replicaset/replicaset in demo: injected by monitor orders
            replicationcontroller/replicationcontroller in demo: injected by monitor orders
            job/job in demo: injected by monitor orders
            cronjob/cronjob in demo: injected by monitor orders
            podtemplate/podtemplate in demo: injected by monitor orders
            deployment/listed in demo: injected by monitor orders
            rollout/rollout in demo: injected by monitor orders
            strimzipodset/prod-kafka spec.pods[0] in demo: injected by monitor orders
            strimzipodset/prod-kafka spec.pods[1] in demo: not injected: no KafkaMonitor of its namespace selects its labels
            service/knative in demo: injected by monitor orders
            deploymentconfig/deploymentconfig in demo: injected by monitor orders
            pod/host in demo: not injected (host-network): it uses the node's network, whose rules must not be changed
            pod/other in demo: not injected: no KafkaMonitor of its namespace selects its labels
            pod/out in demo: not injected (opted-out): it or its namespace says kafkamesh.io/inject: disabled
            pod/strict in strict: not injected (pod-security): namespace strict enforces Pod Security restricted, which forbids NET_ADMIN for the init container; capture: None needs none
            deployment/dns in kube-system: not injected: pods of this namespace never are
            20 pod templates: 14 changed, 0 up to date, 6 left alone

            """,
            errors);
        foreach (var document in Documents(output).Where(d => d["spec"]?["template"] is not null && d["metadata"]!["namespace"]!.ToString() == "demo"))
        {
            var template = document["spec"]!["template"]!;
            Assert.Equal("orders", template["metadata"]!["labels"]![WellKnownNames.MonitorLabel]!.ToString());
            Assert.Equal([WellKnownNames.InitContainer, WellKnownNames.ProxyContainer], template["spec"]!["initContainers"]!.AsArray().Take(2).Select(c => c!["name"]!.ToString()));
        }
    }

    [Fact]
    public async Task Inject_ThenUninject_GivesTheSameBytes()
    {
        var original = await File.ReadAllTextAsync(Workloads, TestContext.Current.CancellationToken);
        foreach (var text in (string[])[original, original.ReplaceLineEndings("\r\n"), "\uFEFF" + original, original.TrimEnd()])
        {
            var (_, injected, _) = await BuiltProgram.RunAsync(text, "inject", "-f", "-", "--kubernetes-version", "1.36");
            var (_, again, report) = await BuiltProgram.RunAsync(injected, "inject", "-f", "-", "--kubernetes-version", "1.36");
            var (_, restored, _) = await BuiltProgram.RunAsync(injected, "uninject", "-f", "-");

            Assert.NotEqual(text, injected);
            Assert.Equal(injected, again);
            Assert.Contains("14 up to date", report, StringComparison.Ordinal);
            Assert.Equal(text, restored);
        }
    }

    [Fact]
    public async Task Inject_LimitRangeAndSwitchAmongTheManifests_Count()
    {
        var range = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: least}\nspec: {limits: [{type: Container, min: {cpu: 70m}}]}\n---\n";
        var (_, bounded, _) = await BuiltProgram.RunAsync(range + Pod, "inject", "-f", "-");
        Assert.Equal(2, bounded.Split("cpu: 70m\n").Length - 1);

        var off = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kafkamesh-system, annotations: {kafkamesh.io/inject: disabled}}\n---\n";
        var (_, same, report) = await BuiltProgram.RunAsync(off + Pod, "inject", "-f", "-");
        Assert.Equal(off + Pod, same);
        Assert.Contains("not injected (disabled)", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_DefaultPodSecurity_CountsWhereNoLabelIs()
    {
        var labelled = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {pod-security.kubernetes.io/enforce: privileged}}\n---\n";

        var (_, same, report) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "--default-pod-security", "restricted");
        var (_, injected, _) = await BuiltProgram.RunAsync(labelled + Pod, "inject", "-f", "-", "--default-pod-security", "restricted");

        Assert.Equal(Pod, same);
        Assert.Contains("not injected (pod-security): namespace default has no Pod Security label, and the cluster's default is restricted (--default-pod-security), which forbids", report, StringComparison.Ordinal);
        Assert.Contains(WellKnownNames.InitContainer, injected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_OperatorInAnotherNamespace_ObeysThatOnesSwitchAndLeavesItAlone()
    {
        var off = "apiVersion: v1\nkind: Namespace\nmetadata: {name: mesh, annotations: {kafkamesh.io/inject: disabled}}\n---\n";

        var (_, same, report) = await BuiltProgram.RunAsync(off + Pod, "inject", "-f", "-", "--operator-namespace", "mesh");
        var (_, injected, _) = await BuiltProgram.RunAsync(off + Pod, "inject", "-f", "-");
        var (_, own, words) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "-n", "mesh", "--operator-namespace", "mesh");

        var (_, vault, _) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "-n", "vault", "--protected-namespaces", "storage,vault");

        Assert.Equal((off + Pod, Pod, Pod), (same, own, vault));
        Assert.Contains("injection is switched off for the whole cluster: namespace mesh says", report, StringComparison.Ordinal);
        Assert.NotEqual(off + Pod, injected);
        Assert.Contains("in mesh: not injected: pods of this namespace never are", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_DocumentsLeftAlone_AreByteIdentical()
    {
        var original = await File.ReadAllTextAsync(Workloads, TestContext.Current.CancellationToken);
        var (_, output, _) = await BuiltProgram.RunAsync(original, "inject", "-f", "-");

        var before = ManifestReader.Read("in", Encoding.UTF8.GetBytes(original)).Documents;
        var after = ManifestReader.Read("out", Encoding.UTF8.GetBytes(output)).Documents;
        Assert.Equal(before.Count, after.Count);
        var same = before.Zip(after).Where(p => p.First.Text == p.Second.Text).Count();
        Assert.True(same >= 14, $"{same} of {before.Count} documents are the same");

        // A changed document keeps its lines in order, comments included.
        foreach (var (first, second) in before.Zip(after).Where(p => p.First.Text != p.Second.Text))
        {
            var lines = new Queue<string>(second.Text.Split('\n'));
            foreach (var line in first.Text.Split('\n').Where(l => l.Contains('#', StringComparison.Ordinal)))
                Assert.Contains(line, lines);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("# nothing\n---\n---\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 'on'}")]
    [InlineData("\uFEFFapiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: c}\r\n...\r\n")]
    [InlineData("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\"}{\"kind\":\"Secret\",\"apiVersion\":\"v1\"}")]
    [InlineData("replicas: 3\nimage: values of a chart\n")]
    public async Task Inject_WithoutPodTemplate_PrintsTheInput(string text)
    {
        var (code, output, errors) = await BuiltProgram.RunAsync(text, "inject", "-f", "-");

        Assert.Equal((0, text, "no pod template in the input\n"), (code, output, errors));
    }

    [Fact]
    public async Task Inject_JsonDocuments_StayJson()
    {
        var one = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","annotations":{"kafkamesh.io/inject":"enabled"}},"spec":{"containers":[{"name":"main","image":"m:1","cpu":1.50}]}}""";
        var two = "{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"ConfigMap\"\n}";

        var (code, output, _) = await BuiltProgram.RunAsync(one + two + "\n" + one.Replace("{\"api", "{\n\t\"api", StringComparison.Ordinal), "inject", "-f", "-", "--kubernetes-version", "v1.29.3");

        Assert.Equal(0, code);
        Assert.Contains("}]}}" + two + "\n{\n\t\"apiVersion\": \"v1\",\n\t\"kind\"", output, StringComparison.Ordinal);
        Assert.Contains("\"cpu\":1.50", output, StringComparison.Ordinal);
        var (_, restored, _) = await BuiltProgram.RunAsync(output, "uninject", "-f", "-");
        Assert.StartsWith(one + two, restored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_OtherFormat_SaysTheSame()
    {
        var (_, injected, _) = await BuiltProgram.RunAsync("", "inject", "-f", Workloads);
        var (_, json, _) = await BuiltProgram.RunAsync("", "inject", "-f", Workloads, "-o", "json");
        var (_, yaml, _) = await BuiltProgram.RunAsync(json, "inject", "-f", "-", "-o", "yaml");

        Assert.All(JsonStream.Read("json", json).Where(d => d.Content is null), d => Assert.Equal("", d.Text.Trim()));
        Assert.Equal(Documents(injected), JsonStream.Read("json", json).Where(d => d.Content is not null).Select(d => d.Content!), JsonNode.DeepEquals);
        Assert.Equal(Documents(injected), Documents(yaml), JsonNode.DeepEquals);
    }

    [Fact]
    public async Task Inject_DirectoryAndFiles_AreReadInOrderAndJoined()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "deep"));
        await WriteAsync("b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}");
        await WriteAsync("a.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}}");
        await WriteAsync("c.txt", "no manifest: [");
        await WriteAsync("deep/d.yml", "\uFEFF---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\n");

        var (_, flat, _) = await BuiltProgram.RunAsync("", "inject", "-f", _folder);
        var (_, deep, _) = await BuiltProgram.RunAsync("", "inject", "-R", "-f", _folder, "--filename", Path.Combine(_folder, "b.yaml"));

        Assert.Equal(["a", "b"], NamesOf(flat));
        Assert.Equal(["a", "b", "d", "b"], NamesOf(deep));
    }

    [Fact]
    public async Task Inject_WithoutMonitor_TakesDefaultsAndSaysSo()
    {
        var (_, output, errors) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "-n", "shop", "--image", "registry.example/p:2", "--image-pull-policy", "Always");

        var pod = Assert.Single(Documents(output));
        var sidecar = pod["spec"]!["containers"]![0]!;
        Assert.Equal(("registry.example/p:2", "Always", "default"), (sidecar["image"]!.ToString(), sidecar["imagePullPolicy"]!.ToString(), pod["metadata"]!["labels"]![WellKnownNames.MonitorLabel]!.ToString()));
        Assert.Equal(
            """
            note: no KafkaMonitor was given: pods that say kafkamesh.io/inject: enabled get a monitor of defaults named default (outbound port 9092); --monitor FILE or --cluster names others
            note: neither --kubernetes-version nor --cluster was given: sidecars are ordinary containers, which every version runs; native ones need 1.29
            pod/a in shop: injected by monitor default
            1 pod template: 1 changed, 0 up to date, 0 left alone

            """,
            errors);
        Assert.Contains("but neither it nor its namespace says", (await BuiltProgram.RunAsync(Pod.Replace("enabled", "maybe", StringComparison.Ordinal), "inject", "-f", "-")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_JobWithoutVersion_SaysWhatIsNeeded()
    {
        var job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    metadata: {annotations: {kafkamesh.io/inject: enabled}}\n    spec: {restartPolicy: Never, containers: [{name: main}]}\n";

        var (_, untouched, errors) = await BuiltProgram.RunAsync(job, "inject", "-f", "-");
        var (_, injected, _) = await BuiltProgram.RunAsync(job, "inject", "-f", "-", "--kubernetes-version", "1.29");

        Assert.Equal(job, untouched);
        Assert.Contains("job/j in default: not injected (job-without-native-sidecar)", errors, StringComparison.Ordinal);
        Assert.Contains("--kubernetes-version", errors, StringComparison.Ordinal);
        Assert.Equal("Always", Documents(injected)[0]["spec"]!["template"]!["spec"]!["initContainers"]![1]!["restartPolicy"]!.ToString());
    }

    [Fact]
    public async Task Inject_MonitorFile_DecidesAndAChangedOneReinjects()
    {
        var monitor = "apiVersion: kafkamesh.io/v1alpha1\nkind: KafkaMonitor\nmetadata: {name: m}\nspec: {selector: {}, ports: [9092]}\n";
        await WriteAsync("monitor.yaml", monitor);
        var file = Path.Combine(_folder, "monitor.yaml");

        var (_, first, _) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "--monitor", file);
        await WriteAsync("monitor.yaml", monitor.Replace("9092", "9094", StringComparison.Ordinal));
        var (_, second, report) = await BuiltProgram.RunAsync(first, "inject", "-f", "-", "--monitor", file);
        var (_, fresh, _) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "--monitor", file);

        Assert.Contains("pod/a in default: injected by monitor m", report, StringComparison.Ordinal);
        Assert.Equal(Documents(fresh), Documents(second), JsonNode.DeepEquals);
        Assert.DoesNotContain("9092", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_SkippedThoughInjectedBefore_SaysThatTheSidecarStays()
    {
        var (_, first, _) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-");
        var disabled = first.Replace("kafkamesh.io/inject: enabled", "kafkamesh.io/inject: disabled", StringComparison.Ordinal);

        var (_, output, errors) = await BuiltProgram.RunAsync(disabled, "inject", "-f", "-");

        Assert.Equal(disabled, output);
        Assert.Contains("it keeps the sidecar of an earlier injection, which kafkamesh uninject takes out", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_BuiltInKinds_AreDecodedByKubectl()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: nobody decodes the output");
        var (_, output, _) = await BuiltProgram.RunAsync("", "inject", "-f", Workloads, "--kubernetes-version", "1.36");
        await WriteAsync("out.yaml", output);

        // --local decodes kinds that kubectl knows into their types, and reads the others as they are; kubectl 1.20 leaves some of those out.
        var answer = await new Kubectl("/nonexistent").RunAsync(null, "annotate", "--local", "-f", Path.Combine(_folder, "out.yaml"), "-o", "json", "a=b");

        var decoded = JsonStream.Read("kubectl", answer).Where(d => d.Content is not null).SelectMany(d => KubernetesObject.In(d.Content!)).Where(HasTemplate).ToList();
        var printed = Documents(output).SelectMany(KubernetesObject.In).Where(HasTemplate).ToList();
        Assert.NotEmpty(printed);
        Assert.Equal(printed.Count, decoded.Count);
        foreach (var (expected, actual) in printed.Zip(decoded))
        {
            Assert.Equal(expected.DisplayName, actual.DisplayName);
            foreach (var (mine, theirs) in PodTemplate.In(expected).Zip(PodTemplate.In(actual)))
                JsonSubset.AssertCovers(theirs.Json, mine.Json);
        }
    }

    private static bool HasTemplate(KubernetesObject document) => PodTemplate.In(document).Any();

    private static List<JsonObject> Documents(string yaml) =>
        [.. ManifestReader.Read("output", Encoding.UTF8.GetBytes(yaml)).Documents.Where(d => d.Content is not null).Select(d => d.Content!)];

    private static IEnumerable<string> NamesOf(string output) => Documents(output).Select(d => d["metadata"]!["name"]!.ToString());

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text);
}
