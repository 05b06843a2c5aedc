using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Playground;
using Serilog;

namespace KafkaMesh.Operator.Tests.Hosting;

public sealed class ClusterProbeTests : IAsyncLifetime
{
    private PlaygroundCluster _cluster = null!;
    private KubernetesClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync();
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("v1.29.0", true)]
    [InlineData("v1.28.15-eks-1", false)]
    public async Task RunAsync_NodesOnSeveralPages_EveryKubeletCounts(string last, bool native)
    {
        for (var i = 0; i < ClusterProbe.NodesPerPage + 1; i++)
            await CreateNodeAsync($"node-{i:000}", "v1.36.1");
        await CreateNodeAsync("node-zzz", last);
        var probe = new ClusterProbe(_client, TimeProvider.System, new LoggerConfiguration().CreateLogger());
        using var stop = new CancellationTokenSource();
        var running = probe.RunAsync(stop.Token);

        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!probe.IsKnown)
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);

        Assert.Equal(native, probe.Facts.NativeSidecars);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task KubeletNode_OfARealSize_HoldsNothingButNameAndVersion()
    {
        await CreateNodeAsync("large", "v1.36.1");

        var node = Assert.Single((await _client.ListAsync(KubeletNode.Type)).Items, n => n.Metadata.Name == "large");

        Assert.Equal("v1.36.1", node.KubeletVersion);
        Assert.Equal(new V1ObjectMeta { Name = "large" }, node.Metadata);
    }

    private async Task CreateNodeAsync(string name, string kubelet)
    {
        await _client.CreateAsync(BuiltInEntities.Nodes, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["large"] = new string('x', 1000) } },
        });
        var status = new JsonObject { ["status"] = new JsonObject { ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = kubelet } } };
        await _client.PatchAsync(BuiltInEntities.Nodes, V1Patch.Merge(status), name, namespaceName: null, new WriteOptions { Subresource = "status" });
    }
}
