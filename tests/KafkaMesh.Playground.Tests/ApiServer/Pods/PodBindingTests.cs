using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Pods;

public sealed class PodBindingTests
{
    private static readonly ObjectKey Key = new("pods", "demo", "p");
    private readonly ObjectStore _store = new();
    private readonly PodBinding _binding;
    private readonly ResourceKind _pods = new KindRegistry(BuiltInKinds.Create()).Find("", "v1", "pods")!;

    public PodBindingTests()
    {
        _binding = new PodBinding(_store, TimeProvider.System);
        _store.Create(Key, JsonNode.Parse("""{"metadata":{"name":"p","namespace":"demo"},"spec":{}}""")!.AsObject());
    }

    private static JsonObject Target => JsonNode.Parse("""{"target":{"kind":"Node","name":"n"}}""")!.AsObject();

    [Fact]
    public void Bind_DryRun_LeavesThePodWithoutANode()
    {
        _binding.Bind(_pods, "demo", "p", Target, dryRun: true);
        Assert.Null(_store.Get(Key)!.Value["spec"]!["nodeName"]);
    }

    [Fact]
    public void Bind_DryRunOfABoundPod_RefusedAsForGood()
    {
        _binding.Bind(_pods, "demo", "p", Target, dryRun: false);
        Assert.Equal("n", _store.Get(Key)!.Value["spec"]!["nodeName"]!.ToString());
        Assert.Equal(409, Assert.Throws<ApiException>(() => _binding.Bind(_pods, "demo", "p", Target, dryRun: true)).Code);
    }
}
