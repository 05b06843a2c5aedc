using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Discovery;

namespace KafkaMesh.Playground.Tests.ApiServer.Defaults;

/// <summary>Kubernetes 1.28 drops <c>restartPolicy</c> of init containers without a word.</summary>
public sealed class DisabledFieldsTests
{
    private const string Spec = """{"initContainers":[{"name":"first","image":"i","restartPolicy":"Always"}],"containers":[{"name":"c","image":"i"}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(28, null)]
    [InlineData(29, "Always")]
    [InlineData(36, "Always")]
    public async Task Create_PodWithNativeSidecar_KeepsItFrom129On(int minor, string? kept)
    {
        var pod = await CreateAsync(minor, $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default"},"spec":{{Spec}}}""");
        Assert.Equal(kept, (string?)pod["spec"]!["initContainers"]![0]!["restartPolicy"]);
        Assert.Equal("Always", (string?)pod["spec"]!["restartPolicy"]);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "Always")]
    [InlineData("batch/v1", "Job", "Never")]
    public async Task Create_TemplateWithNativeSidecarOn128_DropsItThereToo(string apiVersion, string kind, string policy)
    {
        var owner = JsonNode.Parse($$"""
            {"apiVersion":"{{apiVersion}}","kind":"{{kind}}","metadata":{"name":"o","namespace":"default"},
             "spec":{"template":{"metadata":{"labels":{"app":"o"} },"spec":{{Spec}} } } }
            """)!.AsObject();
        owner["spec"]!["template"]!["spec"]!["restartPolicy"] = policy;
        if (kind == "Deployment") owner["spec"]!["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "o" } };

        var spec = (await CreateAsync(28, owner.ToJsonString()))["spec"]!["template"]!["spec"]!;

        Assert.Null(spec["initContainers"]![0]!["restartPolicy"]);
        Assert.Equal(policy, (string?)spec["restartPolicy"]);
    }

    private static async Task<JsonObject> CreateAsync(int minor, string json)
    {
        var options = new PlaygroundClusterOptions { Server = new ApiServerOptions { Version = new ServerVersion(minor) } };
        await using var cluster = await PlaygroundCluster.StartAsync(options, Cancel);
        var client = cluster.ClientFor("tester");
        await client.CreateAsync(JsonNode.Parse("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default"}}""")!.AsObject(), Cancel);
        return await client.CreateAsync(JsonNode.Parse(json)!.AsObject(), Cancel);
    }
}
