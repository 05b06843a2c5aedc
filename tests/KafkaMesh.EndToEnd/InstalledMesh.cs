using System.Text.Json.Nodes;
using KafkaMesh.EndToEnd;

[assembly: AssemblyFixture(typeof(InstalledMesh))]

// One cluster, one operator: a test that scales the operator down must not run beside one that counts.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace KafkaMesh.EndToEnd;

/// <summary>One cluster with the operator installed as a user installs it, shared by the whole suite and removed at its end.</summary>
public sealed class InstalledMesh : IAsyncLifetime
{
    private ITestCluster? _cluster;
    private string _installed = "";

    internal ITestCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster is not up");

    internal Kubectl Kubectl => Cluster.Kubectl;

    /// <summary>What the cluster runs, which decides where sidecars go.</summary>
    internal ClusterVersions Versions { get; private set; } = new(null, []);

    public async ValueTask InitializeAsync()
    {
        var kubeconfig = Environment.GetEnvironmentVariable("KMESH_TEST_KUBECONFIG");
        _cluster = string.IsNullOrEmpty(kubeconfig) ? await PlaygroundCluster.StartAsync() : await ExternalCluster.ConnectAsync(kubeconfig);
        Versions = await ClusterVersions.ReadAsync(Kubectl);

        var manifests = await Kubectl.RunAsync("kustomize", Repository.Path("config", "default"));
        _installed = _cluster.Images.Rewrite(manifests.Replace("kafkamesh-system", _cluster.SystemNamespace, StringComparison.Ordinal));
        await InstallAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is null)
            return;
        try
        {
            if (_installed.Length > 0)
                await UninstallAsync();
        }
        finally
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>Applies the product's manifests and waits for the operator.</summary>
    internal async Task InstallAsync()
    {
        await Kubectl.RunWithInputAsync(_installed, "apply", "-f", "-");
        await Kubectl.RunAsync("rollout", "status", "deployment/kafkamesh-operator", "-n", Cluster.SystemNamespace, "--timeout=180s");
    }

    /// <summary>Deletes the product's manifests; what is said to be gone is gone.</summary>
    internal Task UninstallAsync() => Kubectl.RunWithInputAsync(_installed, "delete", "-f", "-", "--ignore-not-found", "--timeout=180s");

    /// <summary>Applies a manifest of this project's testdata with the cluster's images.</summary>
    internal Task ApplyAsync(string manifest) => Kubectl.RunWithInputAsync(Cluster.Images.Rewrite(manifest), "apply", "-f", "-");

    /// <summary>What the server would make of an object, admission included, without keeping it.</summary>
    internal async Task<JsonObject> DryRunAsync(string manifest) =>
        JsonNode.Parse(await Kubectl.RunWithInputAsync(Cluster.Images.Rewrite(manifest), "create", "--dry-run=server", "-o", "json", "-f", "-"))!.AsObject();
}
