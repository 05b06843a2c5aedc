using KafkaMesh.Playground.Tests.Images;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests.Controllers;

/// <summary>Roll-outs of a Deployment, driven and watched by the real kubectl.</summary>
[Collection(PlaygroundCollection.Name)]
public sealed class DeploymentRolloutTests(PlaygroundFixture cluster)
{
    [Fact]
    public async Task RolloutUndo_BringsTheSetBack_AsTheNewestRevision()
    {
        await SucceedsAsync("create", "deployment", "web", $"--image={TestImages.Clients}", "--", "sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait");
        await SucceedsAsync("rollout", "status", "deployment/web", "--timeout=40s");
        await SucceedsAsync("set", "env", "deployment/web", "A=B");
        await SucceedsAsync("rollout", "status", "deployment/web", "--timeout=40s");
        Assert.Equal(["1", "2"], Revisions(await SucceedsAsync("rollout", "history", "deployment/web")));
        Assert.Contains("rolled back", await SucceedsAsync("rollout", "undo", "deployment/web"), StringComparison.Ordinal);
        await SucceedsAsync("rollout", "status", "deployment/web", "--timeout=40s");
        Assert.Equal(["2", "3"], Revisions(await SucceedsAsync("rollout", "history", "deployment/web")));
        Assert.Equal("", await SucceedsAsync("get", "deployment/web", "-o", "jsonpath={.spec.template.spec.containers[0].env}"));
    }

    private static IEnumerable<string> Revisions(string history) =>
        history.Split('\n').Skip(2).Select(line => line.Split(' ')[0]).Where(word => word.Length > 0);

    private async Task<string> SucceedsAsync(params string[] arguments)
    {
        var (exit, output) = await cluster.KubectlAsync(arguments);
        Assert.True(exit == 0, $"kubectl {string.Join(' ', arguments)} ended with {exit}: {output}");
        return output;
    }
}
