using KafkaMesh.Contracts;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary><c>kafkamesh inject --cluster</c> goes by the operator that is installed there.</summary>
public sealed class InjectClusterTests : IAsyncLifetime
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: orders, labels: {app: orders}}
        spec:
          containers:
          - {name: app, image: app}

        """;

    private PlaygroundCluster _cluster = null!;
    private Kubectl _kubectl = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync();
        _kubectl = new Kubectl(_cluster.KubeconfigPath);
        await _kubectl.RunAsync(null, "apply", "-f", Path.Combine(Repository.Root, "crds", "kafkamonitors.kafkamesh.io.yaml"));
        foreach (var space in (string[])["shop", "vault", WellKnownNames.SystemNamespace])
            await _kubectl.RunAsync(null, "create", "namespace", space);
        foreach (var space in (string[])["shop", "vault"])
            await _kubectl.RunAsync(
                $$"""
                apiVersion: kafkamesh.io/v1alpha1
                kind: KafkaMonitor
                metadata: {name: orders, namespace: {{space}} }
                spec: {selector: {matchLabels: {app: orders} }, injection: Selector}
                """,
                "apply", "-f", "-");
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Inject_OperatorOfTheCluster_GivesImageAndProtectedNamespaces()
    {
        await InstallAsync();

        var (code, manifest, report) = await InjectAsync("shop");
        Assert.Equal((0, 2), (code, manifest.Split("image: registry.example/kafkamesh-proxy:v9\n").Length - 1));
        Assert.Equal(2, manifest.Split("imagePullPolicy: Always\n").Length - 1);
        Assert.DoesNotContain("note:", report, StringComparison.Ordinal);

        (code, manifest, report) = await InjectAsync("vault");
        Assert.Equal((0, Pod), (code, manifest));
        Assert.Contains("not injected: pods of this namespace never are", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_FlagBesideTheOperator_GoesBeforeIt()
    {
        await InstallAsync();

        var (code, manifest, _) = await InjectAsync("shop", "--image", "mine:1", "--protected-namespaces", "other");

        Assert.Equal((0, 2), (code, manifest.Split("image: mine:1\n").Length - 1));
        Assert.Equal(2, manifest.Split("imagePullPolicy: Always\n").Length - 1);
        Assert.Equal(Pod, (await InjectAsync("vault", "--protected-namespaces", "other")).Manifest);
    }

    [Theory]
    [InlineData("", "--default-pod-security=baseline", new string[0], false)]
    [InlineData("baseline", "--dashboard=true", new string[0], false)]
    [InlineData("baseline", "--default-pod-security=privileged", new string[0], true)]
    [InlineData("Baseline", "--dashboard=true", new string[0], true)]
    [InlineData("baseline", "--dashboard=true", new[] { "--default-pod-security", "privileged" }, true)]
    [InlineData("privileged", "--dashboard=true", new[] { "--default-pod-security", "restricted" }, false)]
    public async Task Inject_DefaultPodSecurityOfTheOperator_CountsUnlessAFlagNamesAnother(string variable, string argument, string[] flags, bool isInjected)
    {
        await InstallAsync(variable, argument);

        var (code, manifest, report) = await InjectAsync("shop", flags);

        Assert.Equal((0, isInjected), (code, manifest != Pod));
        Assert.Equal(!isInjected, report.Contains("not injected (pod-security): namespace shop has no Pod Security label", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inject_NoOperatorInTheCluster_SaysWhatItGoesBy()
    {
        var (code, manifest, report) = await InjectAsync("vault");

        Assert.Equal((0, 2), (code, manifest.Split("image: kafkamesh-proxy:v").Length - 1));
        Assert.Contains("note: no Deployment kafkamesh-operator was found in namespace kafkamesh-system, or it may not be read: ", report, StringComparison.Ordinal);
    }

    private async Task InstallAsync(string podSecurity = "", string argument = "--dashboard=true") => await _kubectl.RunAsync(
        $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kafkamesh-operator, namespace: kafkamesh-system}
        spec:
          selector: {matchLabels: {app: kafkamesh-operator} }
          template:
            metadata: {labels: {app: kafkamesh-operator} }
            spec:
              containers:
              - name: operator
                image: registry.example/kafkamesh-operator:v9
                args: [operator, --protected-namespaces, "vault,bank", "{{argument}}"]
                env:
                - {name: KAFKAMESH_PROXY_IMAGE, value: "registry.example/kafkamesh-proxy:v9"}
                - {name: KAFKAMESH_PROXY_IMAGE_PULL_POLICY, value: Always}
                - {name: KAFKAMESH_DEFAULT_POD_SECURITY, value: "{{podSecurity}}"}
        """,
        "apply", "-f", "-");

    private async Task<(int Code, string Manifest, string Report)> InjectAsync(string space, params string[] more)
    {
        var (code, output, errors) = await BuiltProgram.RunAsync(Pod, ["inject", "-f", "-", "-n", space, "--cluster", "--kubeconfig", _cluster.KubeconfigPath, .. more]);
        return (code, output, errors);
    }
}
