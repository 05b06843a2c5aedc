using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests.Controllers;

[Collection(PlaygroundCollection.Name)]
public sealed class GarbageCollectorTests(PlaygroundFixture cluster)
{
    [Fact]
    public async Task Delete_OwnerInBackground_TakesItsDependentsAndTheirDependents()
    {
        var owner = await CreateAsync("gc-owner");
        var child = await CreateAsync("gc-child", owner.Uid(), "gc-owner");
        await CreateAsync("gc-grandchild", child.Uid(), "gc-child");
        var stranger = await CreateAsync("gc-stranger");

        await DeleteAsync("gc-owner", "Background");

        await cluster.WaitAsync("ConfigMap", "gc-grandchild", m => m is null);
        Assert.Null(cluster.Client.Get("v1", "ConfigMap", "default", "gc-child"));
        Assert.Equal(stranger.Uid(), cluster.Client.Get("v1", "ConfigMap", "default", "gc-stranger").Uid());
    }

    [Fact]
    public async Task Delete_OwnerInForeground_GoesAfterItsDependent()
    {
        var owner = await CreateAsync("gc-last");
        await CreateAsync("gc-first", owner.Uid(), "gc-last", """, "finalizers":["example.com/wait"]""");

        await DeleteAsync("gc-last", "Foreground");
        await cluster.WaitAsync("ConfigMap", "gc-first", m => m.Text("metadata", "deletionTimestamp") is not null);
        Assert.NotNull(cluster.Client.Get("v1", "ConfigMap", "default", "gc-last"));

        await ReleaseAsync("gc-first");
        await cluster.WaitAsync("ConfigMap", "gc-last", m => m is null);
        Assert.Null(cluster.Client.Get("v1", "ConfigMap", "default", "gc-first"));
    }

    [Fact]
    public async Task Delete_OwnerInBackgroundWhileAnotherGoesInForeground_DependentDoesNotWaitForItsOwn()
    {
        var slow = await CreateAsync("gc-slow");
        await CreateAsync("gc-held", slow.Uid(), "gc-slow", """, "finalizers":["example.com/wait"]""");
        var swift = await CreateAsync("gc-swift");
        var middle = await CreateAsync("gc-middle", swift.Uid(), "gc-swift");
        await CreateAsync("gc-end", middle.Uid(), "gc-middle", """, "finalizers":["example.com/wait"]""");

        await DeleteAsync("gc-slow", "Foreground");
        await DeleteAsync("gc-swift", "Background");

        await cluster.WaitAsync("ConfigMap", "gc-middle", m => m is null);
        Assert.NotNull(cluster.Client.Get("v1", "ConfigMap", "default", "gc-end"));
        Assert.NotNull(cluster.Client.Get("v1", "ConfigMap", "default", "gc-slow"));
        await ReleaseAsync("gc-held");
        await ReleaseAsync("gc-end");
        await cluster.WaitAsync("ConfigMap", "gc-slow", m => m is null);
    }

    [Fact]
    public async Task Object_WithOneLivingOwner_Stays()
    {
        var living = await CreateAsync("gc-living");
        var dying = await CreateAsync("gc-dying");
        await cluster.CreateAsync($$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"gc-both","namespace":"default","ownerReferences":[
              {"apiVersion":"v1","kind":"ConfigMap","name":"gc-living","uid":"{{living.Uid()}}"},{"apiVersion":"v1","kind":"ConfigMap","name":"gc-dying","uid":"{{dying.Uid()}}"} ]} }
            """);
        await CreateAsync("gc-only", dying.Uid(), "gc-dying");
        await cluster.Client.DeleteAsync("v1", "ConfigMap", "default", "gc-dying", new DeleteRequest(), TestContext.Current.CancellationToken);
        await cluster.WaitAsync("ConfigMap", "gc-only", m => m is null); // a pass over all objects was made
        Assert.NotNull(cluster.Client.Get("v1", "ConfigMap", "default", "gc-both"));
    }

    private Task DeleteAsync(string name, string propagationPolicy) =>
        cluster.Client.DeleteAsync("v1", "ConfigMap", "default", name, new DeleteRequest { PropagationPolicy = propagationPolicy }, TestContext.Current.CancellationToken);

    /// <summary>Takes the finalizers away that hold a deleted object.</summary>
    private Task ReleaseAsync(string name) =>
        cluster.Client.ModifyAsync("v1", "ConfigMap", "default", name, "", m => m["metadata"]!.AsObject().Remove("finalizers"), TestContext.Current.CancellationToken);

    private Task<System.Text.Json.Nodes.JsonObject> CreateAsync(string name, string? ownerUid = null, string ownerName = "", string more = "")
    {
        var owners = ownerUid is null ? "" : $$""", "ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"{{ownerName}}","uid":"{{ownerUid}}","blockOwnerDeletion":true} ]""";
        return cluster.CreateAsync($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}","namespace":"default"{{owners}}{{more}} } }""");
    }
}
