using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary>What <c>kafkamesh inject</c> and <c>uninject</c> say to people who call them wrongly, or with input that cannot be read.</summary>
public sealed class InjectUsageTests
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {kafkamesh.io/inject: enabled}}\nspec: {containers: [{name: main, image: m}]}\n";

    [Theory]
    [InlineData(64, "kafkamesh inject: name the manifests with -f FILE, -f DIR or -f -", "inject")]
    [InlineData(64, "kafkamesh inject: -f - reads standard input to its end and can be given once", "inject", "-f", "-", "-f", "-")]
    [InlineData(64, "kafkamesh inject: --output: 'xml' is not accepted; it takes yaml or json", "inject", "-f", "-", "-o", "xml")]
    [InlineData(64, "kafkamesh inject: --kubernetes-version: 'new' is not accepted; it takes a version such as 1.36", "inject", "-f", "-", "--kubernetes-version", "new")]
    [InlineData(64, "kafkamesh inject: --namespace: 'A b' is not accepted; it takes a namespace name", "inject", "-f", "-", "-n", "A b")]
    [InlineData(64, "kafkamesh inject: --image: 'a b' is not accepted; it takes an image", "inject", "-f", "-", "--image", "a b")]
    [InlineData(64, "kafkamesh inject: --protected-namespaces: 'a,B c' is not accepted; it takes names of namespaces, separated by commas", "inject", "-f", "-", "--protected-namespaces", "a,B c")]
    [InlineData(64, "kafkamesh inject: --default-pod-security: 'strict' is not accepted; it takes privileged, baseline or restricted", "inject", "-f", "-", "--default-pod-security", "strict")]
    [InlineData(64, "kafkamesh inject: --operator-namespace: 'A b' is not accepted; it takes a namespace name", "inject", "-f", "-", "--operator-namespace", "A b")]
    [InlineData(64, "kafkamesh inject: --kubeconfig and --context say which cluster is asked; add --cluster to ask it", "inject", "-f", "-", "--context", "x")]
    [InlineData(64, "kafkamesh: '--filenam' is no command or flag here (kafkamesh --help lists what there is)", "inject", "--filenam", "x")]
    [InlineData(66, "kafkamesh inject: /nonexistent/x.yaml: there is no such file or directory", "inject", "-f", "/nonexistent/x.yaml")]
    [InlineData(66, "kafkamesh uninject: /nonexistent: there is no such file or directory", "uninject", "-f", "/nonexistent")]
    [InlineData(66, "kafkamesh inject: /nonexistent/m.yaml: there is no such file or directory", "inject", "-f", "-", "--monitor", "/nonexistent/m.yaml")]
    public async Task Run_WrongUsage_SaysSoInOneLine(int code, string sentence, params string[] arguments)
    {
        var result = await BuiltProgram.RunAsync(Pod, arguments);

        Assert.Equal((code, "", sentence + "\n"), (result.Code, result.Output, result.Errors));
    }

    [Theory]
    [InlineData("a: 1\n---\nb: 2\nb: 3\n", "kafkamesh inject: standard input: document 2, line 4: the key 'b' stands twice in one mapping; remove one of them")]
    [InlineData("kind: Pod\n---\n- a\n", "kafkamesh inject: standard input: document 2, line 3: a Kubernetes object is a mapping with apiVersion and kind; this is a list")]
    [InlineData("apiVersion: kafkamesh.io/v1alpha1\nkind: KafkaMonitor\nmetadata: {name: m}\n", "kafkamesh inject: standard input: document 1, line 1: kafkamonitor/m: spec is missing")]
    public async Task Inject_InputThatCannotBeRead_Exits65AndPrintsNothing(string text, string sentence)
    {
        var result = await BuiltProgram.RunAsync(text, "inject", "-f", "-");

        Assert.Equal((65, "", sentence + "\n"), (result.Code, result.Output, result.Errors));
    }

    [Fact]
    public async Task Inject_ClusterThatIsNotThere_Exits69()
    {
        var folder = Directory.CreateTempSubdirectory("kafkamesh-inject-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, """
            {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": ""}}],
             "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}]}
            """, TestContext.Current.CancellationToken);

        var (code, output, errors) = await BuiltProgram.RunAsync(Pod, "inject", "-f", "-", "--cluster", "--kubeconfig", kubeconfig);

        folder.Delete(recursive: true);
        Assert.Equal((69, ""), (code, output));
        Assert.StartsWith("kafkamesh inject: the cluster cannot be asked: ", errors, StringComparison.Ordinal);
        Assert.Equal('\n', errors[^1]);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("inject")]
    [InlineData("uninject")]
    public async Task Help_OfBoth_ShowsAnExampleAndTheExitCodes(string command)
    {
        var (code, output, _) = await BuiltProgram.RunAsync("", command, "--help");

        Assert.Equal(0, code);
        Assert.Contains("| kubectl apply -f -", output, StringComparison.Ordinal);
        Assert.Contains("66  a file that cannot be opened", output, StringComparison.Ordinal);
    }
}
